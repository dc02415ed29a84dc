// isinglass/figure/diagram_parts.h - nodes and edges with their numbers, as diagrams of networks draw them.
#pragma once
#include <string>
#include <vector>

#include "isinglass/figure/label_boxes.h"
#include "isinglass/figure/scene.h"

namespace isinglass {

// A number with its names: "\u03bb_{1,4}" in the picture, "w(1,4)" in the file.
struct NamedNumber {
  std::string symbol, key;
  double value = 0;
  bool is_derivative = false;  // of the loss; written in another colour
};

struct DiagramNode {
  std::string name;                          // in the circle, such as "H_{4}"
  Index layer = 0;                           // from 0, left to right
  std::vector<NamedNumber> quantities = {};  // written beside it; the first is its output
};

struct DiagramEdge {
  std::size_t from = 0, to = 0;              // places in the list of nodes
  std::vector<NamedNumber> quantities = {};  // the first is its weight: above the line; the second is below
};

enum class EdgeColours {
  kBySign,  // red for positive, blue for negative weights
  kByNode,  // one hue for each node of the layer that has fewer (the target of two alike), light to dark
};

constexpr double kNodeRadius = 20, kNoteSize = 10.5, kNoteLine = 15;
constexpr Colour kDerivativeInk = rgb(0x6a3d9a);

// "\u03bb_{1,4} = 0.32" with three significant digits.
std::string quantity_text(const NamedNumber& quantity);
double widest_text(const std::vector<NamedNumber>& quantities);  // of the quantities of one node or edge

// Width by the size of the weight, beside the largest of all edges. Among many edges the small ones are faint.
Stroke edge_stroke(const DiagramEdge& edge, double largest_weight, const Colour& colour, bool are_many);
double largest_weight(const std::vector<DiagramEdge>& edges);

// The colour of every edge. Ends out of range are refused by check_edges before.
std::vector<Colour> edge_colours(const std::vector<DiagramNode>& nodes, const std::vector<DiagramEdge>& edges,
                                 EdgeColours scheme);
void check_edges(const std::vector<DiagramNode>& nodes, const std::vector<DiagramEdge>& edges,
                 const std::string& title);

// The series of a quantity is named by its key, with the column "value". A node or edge with quantities carries them.
void add_quantities(Group& group, const std::vector<NamedNumber>& quantities);
Group drawn_node(const DiagramNode& node, Point at, const Colour& fill);
Group drawn_edge(const DiagramEdge& edge, Point from, Point to, const Stroke& stroke);  // between the rims of its nodes

// Where the numbers of a node stand.
enum class Side { kLeft, kRight, kAboveOrBelow };
void place_notes(Scene& scene, LabelPlacer& placer, const std::vector<NamedNumber>& quantities, Point at, Side side);
// The numbers of an edge along its line. False when there was no free place.
bool place_edge_notes(Scene& scene, LabelPlacer& placer, const DiagramEdge& edge, Point from, Point to,
                      const Colour& colour);

// One line that says what colours and widths mean, its baseline at `at`.
struct DiagramKey {
  EdgeColours scheme = EdgeColours::kBySign;
  bool has_weights = false, has_derivatives = false, has_outputs = false;  // has_outputs: circles are coloured by them
  std::string derivative_name = "derivatives of the loss";
  double width() const;
  void draw(Scene& scene, Point at) const;
};

}  // namespace isinglass
