#include "isinglass/figure/diagram_parts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>

#include "isinglass/base/error.h"
#include "isinglass/figure/number_label.h"
#include "isinglass/figure/text_metrics.h"

namespace isinglass {
namespace {

Text note(const NamedNumber& quantity, Point at, Anchor anchor, double angle, const Colour& colour) {
  return {.at = at,
          .text = quantity_text(quantity),
          .size = kNoteSize,
          .colour = quantity.is_derivative ? kDerivativeInk : colour,
          .anchor = anchor,
          .angle = angle,
          .halo = true};
}

// Lines of notes below one another, the first baseline at `first`.
std::vector<Text> block(const std::vector<NamedNumber>& quantities, Point first, Anchor anchor) {
  std::vector<Text> lines;
  for (const NamedNumber& quantity : quantities) {
    lines.push_back(note(quantity, first, anchor, 0, kInk));
    first.y += kNoteLine;
  }
  return lines;
}

// A note at part t of the line, `row` rows above (negative: below) it.
Text along(const NamedNumber& quantity, Point from, Point to, double t, double row, const Colour& colour) {
  const double dx = to.x - from.x, dy = to.y - from.y, length = std::hypot(dx, dy);
  const double rise = row > 0 ? 6 + (row - 1) * kNoteLine : -(kNoteSize * kAscent + 4 + (-row - 1) * kNoteLine);
  const Point at = {from.x + t * dx + rise * dy / length, from.y + t * dy - rise * dx / length};
  return note(quantity, at, Anchor::kMiddle, std::atan2(dy, dx) * 180 / std::numbers::pi, colour);
}

// Along the line from its middle outwards.
constexpr std::array<double, 21> kPlaces = {0.5,  0.47, 0.53, 0.44, 0.56, 0.41, 0.59, 0.38, 0.62, 0.35, 0.65,
                                            0.32, 0.68, 0.29, 0.71, 0.26, 0.74, 0.22, 0.78, 0.18, 0.82};

struct KeyPart {
  std::string text;
  Colour colour;
  bool has_line;
};

std::vector<KeyPart> key_parts(const DiagramKey& key) {
  std::vector<KeyPart> parts;
  if (key.has_weights && key.scheme == EdgeColours::kBySign)
    parts = {{"positive weight", kPositive, true}, {"negative weight", kNegative, true}};
  if (key.has_weights) parts.push_back({"width: size of the weight", kPaleInk, false});
  if (key.has_outputs) parts.push_back({"circles: output, red above 0, blue below", kPaleInk, false});
  if (key.has_derivatives) parts.push_back({"violet: " + key.derivative_name, kDerivativeInk, false});
  return parts;
}

constexpr double kKeySize = 10.5, kKeyLine = 22, kKeyGap = 18;

}  // namespace

std::string quantity_text(const NamedNumber& quantity) {
  return quantity.symbol + " = " + number_label(quantity.value, 3);
}

double widest_text(const std::vector<NamedNumber>& quantities) {
  double width = 0;
  for (const NamedNumber& quantity : quantities)
    width = std::max(width, text_width(quantity_text(quantity), kNoteSize));
  return width;
}

double largest_weight(const std::vector<DiagramEdge>& edges) {
  double largest = 0;
  for (const DiagramEdge& edge : edges)
    if (!edge.quantities.empty() && std::isfinite(edge.quantities[0].value))
      largest = std::max(largest, std::abs(edge.quantities[0].value));
  return largest;
}

Stroke edge_stroke(const DiagramEdge& edge, double largest_weight, const Colour& colour, bool are_many) {
  double size =
      edge.quantities.empty() || largest_weight == 0 ? 0 : std::abs(edge.quantities[0].value) / largest_weight;
  size = std::isfinite(size) ? std::min(size, 1.0) : 1;
  if (!are_many) return {.colour = colour, .width = 0.9 + 2.6 * size};
  Colour faint = colour;
  faint.opacity = 0.15 + 0.75 * size * size;
  return {.colour = faint, .width = 0.5 + 1.8 * size};
}

void check_edges(const std::vector<DiagramNode>& nodes, const std::vector<DiagramEdge>& edges,
                 const std::string& title) {
  for (const DiagramEdge& edge : edges)
    if (edge.from >= nodes.size() || edge.to >= nodes.size())
      throw InputError("diagram '" + plain_text(title) + "': an edge from node " + std::to_string(edge.from) + " to " +
                       std::to_string(edge.to) + ", but there are only " + std::to_string(nodes.size()) + " nodes");
}

std::vector<Colour> edge_colours(const std::vector<DiagramNode>& nodes, const std::vector<DiagramEdge>& edges,
                                 EdgeColours scheme) {
  std::vector<Colour> colours;
  if (scheme == EdgeColours::kBySign) {
    for (const DiagramEdge& edge : edges)
      colours.push_back(edge.quantities.empty() ? kPaleInk : edge.quantities[0].value < 0 ? kNegative : kPositive);
    return colours;
  }
  std::map<Index, std::size_t> layer_sizes;
  for (const DiagramNode& node : nodes) ++layer_sizes[node.layer];
  const auto owner = [&](const DiagramEdge& edge) {
    return layer_sizes[nodes[edge.from].layer] < layer_sizes[nodes[edge.to].layer] ? edge.from : edge.to;
  };
  std::map<std::size_t, std::size_t> hues, counts, seen;  // of the owners
  for (const DiagramEdge& edge : edges) {
    if (const auto [place, is_new] = hues.try_emplace(owner(edge), 0); is_new) place->second = hues.size() - 1;
    ++counts[owner(edge)];
  }
  for (const DiagramEdge& edge : edges) {
    const std::size_t count = counts[owner(edge)], which = seen[owner(edge)]++;
    colours.push_back(family_colour(hues[owner(edge)], which, count));
  }
  return colours;
}

void add_quantities(Group& group, const std::vector<NamedNumber>& quantities) {
  for (const NamedNumber& quantity : quantities) {
    group.elements.push_back(Group{.data = SeriesData{quantity.key, {{"value", {quantity.value}}}}});
    group.note += (group.note.empty() ? "" : ", ") + plain_text(quantity_text(quantity));
  }
}

Group drawn_node(const DiagramNode& node, Point at, const Colour& fill) {
  Group group;
  add_quantities(group, node.quantities);
  group.elements.push_back(
      Circle{.centre = at, .radius = kNodeRadius, .fill = fill, .stroke = Stroke{.colour = kInk, .width = 1.6}});
  constexpr double kNameSize = 14;
  const double room = 2 * kNodeRadius - 8, width = text_width(node.name, kNameSize);
  const double size = width > room ? kNameSize * room / width : kNameSize;
  group.elements.push_back(Text{.at = {at.x, at.y + size * 0.32},
                                .text = node.name,
                                .size = size,
                                .colour = readable_on(fill),
                                .anchor = Anchor::kMiddle});
  return group;
}

Group drawn_edge(const DiagramEdge& edge, Point from, Point to, const Stroke& stroke) {
  Group group;
  add_quantities(group, edge.quantities);
  const double length = std::hypot(to.x - from.x, to.y - from.y);
  const double rim = length > 0 ? std::min((kNodeRadius + 1) / length, 0.5) : 0;
  const auto at = [&](double t) { return Point{from.x + t * (to.x - from.x), from.y + t * (to.y - from.y)}; };
  group.elements.push_back(Polyline{.points = {at(rim), at(1 - rim)}, .stroke = stroke});
  return group;
}

void place_notes(Scene& scene, LabelPlacer& placer, const std::vector<NamedNumber>& quantities, Point at, Side side) {
  if (quantities.empty()) return;
  const double height = kNoteLine * static_cast<double>(quantities.size() - 1);
  const double far = kNodeRadius + 7, middle = at.y - height / 2 + kNoteSize * 0.36;
  std::vector<std::vector<Text>> candidates;
  const auto add = [&](double x, double y, Anchor anchor) { candidates.push_back(block(quantities, {x, y}, anchor)); };
  if (side == Side::kLeft) add(at.x - far, middle, Anchor::kEnd);
  if (side == Side::kRight) add(at.x + far, middle, Anchor::kStart);
  for (const double extra : {0.0, 8.0, 18.0, 30.0}) {
    const double above = at.y - far - height - extra, below = at.y + far + kNoteSize * kAscent - 2 + extra;
    add(at.x, below, Anchor::kMiddle);
    add(at.x, above, Anchor::kMiddle);
    for (const double shift : {14.0, 30.0, 46.0}) {
      add(at.x - shift, below, Anchor::kStart);
      add(at.x + shift, below, Anchor::kEnd);
      add(at.x - shift, above, Anchor::kStart);
      add(at.x + shift, above, Anchor::kEnd);
    }
  }
  if (const auto placed = placer.place(candidates))
    for (const Text& text : *placed) scene.add(text);
}

bool place_edge_notes(Scene& scene, LabelPlacer& placer, const DiagramEdge& edge, Point from, Point to,
                      const Colour& colour) {
  const Colour ink = mix(colour, kInk, 0.4);
  std::vector<std::vector<Text>> together;
  for (const double t : kPlaces) {
    std::vector<Text> texts;
    for (std::size_t i = 0; i < edge.quantities.size(); ++i)
      texts.push_back(along(edge.quantities[i], from, to, t, i == 0 ? 1 : -static_cast<double>(i), ink));
    together.push_back(std::move(texts));
  }
  if (const auto placed = placer.place(together)) {
    for (const Text& text : *placed) scene.add(text);
    return true;
  }
  bool all_placed = true;
  for (const NamedNumber& quantity : edge.quantities) {
    std::vector<std::vector<Text>> apart;
    for (const double row : {1.0, -1.0})
      for (const double t : kPlaces) apart.push_back({along(quantity, from, to, t, row, ink)});
    const auto placed = placer.place(apart);
    if (placed) scene.add(placed->front());
    all_placed &= placed.has_value();
  }
  return all_placed;
}

double DiagramKey::width() const {
  double width = -kKeyGap;
  for (const KeyPart& part : key_parts(*this))
    width += kKeyGap + (part.has_line ? kKeyLine + 6 : 0) + text_width(part.text, kKeySize);
  return width;
}

void DiagramKey::draw(Scene& scene, Point at) const {
  for (const KeyPart& part : key_parts(*this)) {
    if (part.has_line) {
      const double y = at.y - kKeySize * 0.36;
      scene.add(
          Polyline{.points = {{at.x, y}, {at.x + kKeyLine, y}}, .stroke = Stroke{.colour = part.colour, .width = 2.5}});
      at.x += kKeyLine + 6;
    }
    const Colour ink = part.has_line ? kPaleInk : part.colour;
    scene.add(Text{.at = at, .text = part.text, .size = kKeySize, .colour = ink});
    at.x += text_width(part.text, kKeySize) + kKeyGap;
  }
}

}  // namespace isinglass
