#include "isinglass/figure/network_diagram.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "isinglass/base/error.h"
#include "isinglass/figure/chart_frame.h"
#include "isinglass/figure/text_metrics.h"

namespace isinglass {
namespace {

constexpr double kMargin = 16, kTitleSize = 15, kLayerNameSize = 11.5;
constexpr Index kMostLayers = 256;

// Places of nodes, decided before anything is drawn.
class DiagramLayout {
 public:
  DiagramLayout(const NetworkDiagram& diagram, double stretch) : diagram_(diagram), stretch_(stretch) {
    for (std::size_t i = 0; i < diagram.nodes.size(); ++i) {
      const Index layer = diagram.nodes[i].layer;
      if (layer < 0 || layer >= kMostLayers)
        throw InputError("diagram '" + plain_text(diagram.title) + "': node " + std::to_string(i) + " is in layer " +
                         std::to_string(layer) + "; layers are 0 to 255");
      layers_.resize(std::max(layers_.size(), static_cast<std::size_t>(layer) + 1));
      layers_[static_cast<std::size_t>(layer)].push_back(i);
    }
    lay_out();
  }

  const std::vector<std::vector<std::size_t>>& layers() const { return layers_; }
  const std::optional<Point>& at(std::size_t node) const { return places_[node]; }
  double layer_x(std::size_t layer) const { return left_ + gap_ * static_cast<double>(layer); }
  bool has_edge_notes() const { return has_edge_notes_; }
  // Of the network's layer, whose nodes may not all be known.
  std::size_t size_of_layer(std::size_t layer) const {
    const std::size_t known = layers_[layer].size();
    return layer < diagram_.layer_sizes.size()
               ? std::max(known, static_cast<std::size_t>(std::max<Index>(diagram_.layer_sizes[layer], 0)))
               : known;
  }
  // Of notes, from one node of the layer to the next.
  std::size_t lines_between(std::size_t layer) const {
    return std::max<std::size_t>(1, static_cast<std::size_t>(rows_[layer] / kNoteLine));
  }
  double top() const { return top_; }
  double bottom() const { return top_ + height_; }
  double width() const { return width_; }
  double middle() const { return top_ + height_ / 2; }

  // Where nodes of a large layer are left out.
  struct Cut {
    std::size_t layer;
    double y;
  };
  const std::vector<Cut>& cuts() const { return cuts_; }

 private:
  bool is_cut(std::size_t layer) const {
    return layers_[layer].size() > most() || size_of_layer(layer) > layers_[layer].size();
  }
  std::size_t drawn_of(std::size_t layer) const { return std::min(layers_[layer].size(), most()); }
  std::size_t slots(std::size_t layer) const { return drawn_of(layer) + (is_cut(layer) ? 1 : 0); }
  std::size_t most() const { return static_cast<std::size_t>(std::max<Index>(diagram_.most_nodes, 2)); }

  void lay_out() {
    places_.resize(diagram_.nodes.size());
    has_edge_notes_ = static_cast<Index>(diagram_.edges.size()) <= diagram_.most_labelled;
    double edge_notes = 0, first_notes = 0, last_notes = 0;
    std::size_t most_lines = 0, highest = 1;
    for (const DiagramEdge& edge : diagram_.edges) edge_notes = std::max(edge_notes, widest_text(edge.quantities));
    for (const DiagramNode& node : diagram_.nodes) {
      const bool is_first = node.layer == 0, is_last = node.layer + 1 == static_cast<Index>(layers_.size());
      double& notes = is_first ? first_notes : last_notes;
      if (is_first || is_last) notes = std::max(notes, widest_text(node.quantities));
      if (!is_first && !is_last) most_lines = std::max(most_lines, node.quantities.size());
    }
    for (std::size_t layer = 0; layer < layers_.size(); ++layer) highest = std::max(highest, slots(layer));
    const double lines = kNoteLine * static_cast<double>(most_lines);
    const double row =
        highest > 8 ? 50 : std::max(2 * kNodeRadius + lines + 30, has_edge_notes_ && edge_notes > 0 ? 146.0 : 60.0);
    gap_ = has_edge_notes_ && edge_notes > 0 ? stretch_ * std::max(2.05 * edge_notes + 2 * kNodeRadius, 230.0) : 170;
    left_ = kMargin + kNodeRadius + (first_notes > 0 ? first_notes + 8 : 0);
    top_ = kMargin + (diagram_.title.empty() ? 0 : kTitleSize * 1.6) +
           (diagram_.layer_names.empty() ? 0 : kLayerNameSize * 1.8) + lines / 2;
    height_ = row * static_cast<double>(highest - 1) + 2 * kNodeRadius;
    width_ = layer_x(std::max<std::size_t>(layers_.size(), 1) - 1) + kNodeRadius + kMargin +
             (last_notes > 0 ? last_notes + 8 : 0);
    rows_.resize(layers_.size());
    for (std::size_t layer = 0; layer < layers_.size(); ++layer) place_layer(layer, row);
  }

  void place_layer(std::size_t layer, double row) {
    const std::vector<std::size_t>& nodes = layers_[layer];
    std::size_t lines = 0;  // a short layer has room for its numbers
    for (const std::size_t node : nodes) lines = std::max(lines, diagram_.nodes[node].quantities.size());
    const double needed = kNoteLine * static_cast<double>(lines) + 10;
    const auto gaps = static_cast<double>(std::max<std::size_t>(slots(layer), 2) - 1);
    row = std::max(row, std::min(needed, (height_ - 2 * kNodeRadius) / gaps));
    rows_[layer] = row;
    const double first = middle() - row * (static_cast<double>(slots(layer)) - 1) / 2;
    const auto put = [&](std::size_t node, std::size_t slot) {
      places_[node] = Point{layer_x(layer), first + row * static_cast<double>(slot)};
    };
    const std::size_t drawn = drawn_of(layer);
    const std::size_t head = is_cut(layer) ? (drawn + 1) / 2 : drawn, tail = drawn - head;
    for (std::size_t i = 0; i < head; ++i) put(nodes[i], i);
    for (std::size_t i = 0; i < tail; ++i) put(nodes[nodes.size() - tail + i], head + 1 + i);
    if (is_cut(layer)) cuts_.push_back({layer, first + row * static_cast<double>(head)});
  }

  const NetworkDiagram& diagram_;
  double stretch_;
  std::vector<std::vector<std::size_t>> layers_;
  std::vector<std::optional<Point>> places_;
  double left_ = 0, gap_ = 0, top_ = 0, height_ = 0, width_ = 0;
  bool has_edge_notes_ = false;
  std::vector<Cut> cuts_;
  std::vector<double> rows_;  // from one node to the next, by layer
};

// A pale colour for the output of a node: red above 0, blue below.
Colour fill_of(const DiagramNode& node, double largest) {
  if (node.quantities.empty() || largest == 0) return kPaper;
  const double t = node.quantities[0].value / largest;
  return std::isfinite(t) ? mix(map_colour(ColourMap::kDiverging, 0.5 + 0.5 * t), kPaper, 0.55) : kMissing;
}

double largest_output(const std::vector<DiagramNode>& nodes) {
  double largest = 0;
  for (const DiagramNode& node : nodes)
    if (!node.quantities.empty() && std::isfinite(node.quantities[0].value))
      largest = std::max(largest, std::abs(node.quantities[0].value));
  return largest;
}

bool has_derivatives(const NetworkDiagram& diagram) {
  const auto any = [](const auto& things) {
    return std::ranges::any_of(
        things, [](const auto& thing) { return std::ranges::any_of(thing.quantities, &NamedNumber::is_derivative); });
  };
  return any(diagram.nodes) || any(diagram.edges);
}

void draw_names(Scene& scene, const NetworkDiagram& diagram, const DiagramLayout& layout) {
  if (!diagram.title.empty())
    scene.add(fitted({.at = {scene.width / 2, kMargin + kTitleSize * 0.6},
                      .text = diagram.title,
                      .size = kTitleSize,
                      .anchor = Anchor::kMiddle},
                     scene.width - 2 * kMargin));
  const double y = kMargin + (diagram.title.empty() ? kLayerNameSize : kTitleSize * 1.6 + kLayerNameSize * 0.8);
  for (std::size_t i = 0; i < std::min(diagram.layer_names.size(), layout.layers().size()); ++i) {
    const double x = layout.layer_x(i), room = 2 * std::min(x, scene.width - x) - 4;
    scene.add(fitted({.at = {x, y},
                      .text = diagram.layer_names[i],
                      .size = kLayerNameSize,
                      .colour = kPaleInk,
                      .anchor = Anchor::kMiddle},
                     std::min(room, layout.layers().size() > 1 ? layout.layer_x(1) - layout.layer_x(0) - 8 : room)));
  }
}

void draw_cuts(Scene& scene, LabelPlacer& placer, const DiagramLayout& layout) {
  for (const DiagramLayout::Cut& cut : layout.cuts()) {
    const Text mark{.at = {layout.layer_x(cut.layer), cut.y + 4},
                    .text = std::to_string(layout.size_of_layer(cut.layer)) + " nodes",
                    .size = 11,
                    .colour = kPaleInk,
                    .anchor = Anchor::kMiddle,
                    .halo = true};
    placer.keep_free(box_of(mark));
    scene.add(mark);
  }
}

// The numbers of what is not drawn.
Group hidden(const std::vector<NamedNumber>& quantities) {
  Group group;
  add_quantities(group, quantities);
  group.note.clear();
  return group;
}

void draw_edges(Scene& scene, const NetworkDiagram& diagram, const DiagramLayout& layout,
                const std::vector<Colour>& colours, LabelPlacer& placer) {
  const double largest = largest_weight(diagram.edges);
  const bool are_many = diagram.edges.size() > 120;
  for (std::size_t i = 0; i < diagram.edges.size(); ++i) {
    const DiagramEdge& edge = diagram.edges[i];
    const auto &from = layout.at(edge.from), &to = layout.at(edge.to);
    if (!from || !to) {
      scene.add(hidden(edge.quantities));
      continue;
    }
    scene.add(drawn_edge(edge, *from, *to, edge_stroke(edge, largest, colours[i], are_many)));
    placer.keep_visible(*from, *to);
  }
}

void draw_nodes(Scene& scene, const NetworkDiagram& diagram, const DiagramLayout& layout, LabelPlacer& placer) {
  const double largest = largest_output(diagram.nodes), r = kNodeRadius + 2;
  for (std::size_t i = 0; i < diagram.nodes.size(); ++i) {
    const DiagramNode& node = diagram.nodes[i];
    if (const std::optional<Point>& at = layout.at(i)) {
      scene.add(drawn_node(node, *at, fill_of(node, largest)));
      placer.keep_free(box_of(Box{at->x - r, at->y - r, 2 * r, 2 * r}));
    } else {
      scene.add(hidden(node.quantities));
    }
  }
}

// Notes of nodes, then of edges: nodes have less choice. False when some of an edge found no place.
bool draw_notes(Scene& scene, const NetworkDiagram& diagram, const DiagramLayout& layout,
                const std::vector<Colour>& colours, LabelPlacer& placer) {
  for (std::size_t i = 0; i < diagram.nodes.size(); ++i) {
    if (!layout.at(i)) continue;
    const auto layer = static_cast<std::size_t>(diagram.nodes[i].layer);
    const Side side = layer == 0                            ? Side::kLeft
                      : layer + 1 == layout.layers().size() ? Side::kRight
                                                            : Side::kAboveOrBelow;
    // At the sides as many lines as there is room between two nodes; within, all or none.
    std::vector<NamedNumber> notes = diagram.nodes[i].quantities;
    if (side != Side::kAboveOrBelow) notes.resize(std::min(notes.size(), layout.lines_between(layer)));
    if (side != Side::kAboveOrBelow || layout.layers()[layer].size() <= 8)
      place_notes(scene, placer, notes, *layout.at(i), side);
  }
  if (!layout.has_edge_notes()) return true;
  bool all_placed = true;
  for (std::size_t i = 0; i < diagram.edges.size(); ++i) {
    const auto &from = layout.at(diagram.edges[i].from), &to = layout.at(diagram.edges[i].to);
    if (from && to) all_placed &= place_edge_notes(scene, placer, diagram.edges[i], *from, *to, colours[i]);
  }
  return all_placed;
}

// The diagram with its layers `stretch` times as far apart as they might be; false when not all numbers have room.
bool draw_stretched(const NetworkDiagram& diagram, double stretch, Scene& scene) {
  const DiagramLayout layout(diagram, stretch);
  const DiagramKey key{diagram.colours, largest_weight(diagram.edges) > 0, has_derivatives(diagram),
                       largest_output(diagram.nodes) > 0, diagram.derivative_name};
  scene = Scene{.title = diagram.title,
                .description = "a network of " + std::to_string(diagram.nodes.size()) + " nodes and " +
                               std::to_string(diagram.edges.size()) + " edges"};
  scene.width = std::max(layout.width(), key.width() + 2 * kMargin);
  scene.height = layout.bottom() + 120;  // for notes; what they leave free is cut off

  LabelPlacer placer({2, kMargin, scene.width - 4, scene.height - kMargin});
  const std::vector<Colour> colours = edge_colours(diagram.nodes, diagram.edges, diagram.colours);
  draw_edges(scene, diagram, layout, colours, placer);
  draw_nodes(scene, diagram, layout, placer);
  draw_names(scene, diagram, layout);
  for (const Text& text : texts_of(scene)) placer.keep_free(box_of(text));
  draw_cuts(scene, placer, layout);
  const bool has_room = draw_notes(scene, diagram, layout, colours, placer);
  double lowest = layout.bottom();
  for (const Text& text : texts_of(scene))
    for (const Point& corner : box_of(text).corners) lowest = std::max(lowest, corner.y);
  key.draw(scene, {kMargin, lowest + 32});
  scene.height = lowest + 32 + kMargin * 0.8;
  return has_room;
}

}  // namespace

Scene draw(const NetworkDiagram& diagram) {
  check_edges(diagram.nodes, diagram.edges, diagram.title);
  Scene scene;
  for (double stretch = 1; stretch < 2.2; stretch *= 1.15)
    if (draw_stretched(diagram, stretch, scene)) break;
  return scene;
}

}  // namespace isinglass
