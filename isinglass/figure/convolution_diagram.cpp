#include "isinglass/figure/convolution_diagram.h"

#include <algorithm>
#include <cmath>

#include "isinglass/base/error.h"
#include "isinglass/figure/chart_frame.h"
#include "isinglass/figure/number_label.h"
#include "isinglass/figure/text_metrics.h"

namespace isinglass {
namespace {

constexpr double kMargin = 16, kTitleSize = 15, kRow = 74, kProductRise = 9, kProductSize = 9.5;
constexpr std::size_t kMostPositions = 16, kMostInputs = 64;

void check(const ConvolutionDiagram& d) {
  const std::size_t inputs = d.inputs.size(), kernel = d.kernel.size(), positions = d.maps.size();
  const bool is_possible = d.stride >= 1 && kernel >= 1 && kernel <= inputs && inputs <= kMostInputs &&
                           positions >= 1 && positions <= kMostPositions &&
                           (positions - 1) <= (inputs - kernel) / static_cast<std::size_t>(d.stride);
  if (!is_possible)
    throw InputError("convolution diagram '" + plain_text(d.title) + "': " + std::to_string(positions) +
                     " positions of a kernel of " + std::to_string(kernel) + " at stride " + std::to_string(d.stride) +
                     " on " + std::to_string(inputs) +
                     " inputs do not fit; expected at most 16 positions, 64 inputs and (inputs - kernel) / stride + 1 "
                     "positions");
}

class ConvolutionDrawing {
 public:
  explicit ConvolutionDrawing(const ConvolutionDiagram& diagram) : d_(diagram) {
    nodes_ = d_.maps;
    for (DiagramNode& node : nodes_) node.layer = 0;
    for (DiagramNode node : d_.head) {
      node.layer = std::clamp<Index>(node.layer, 0, 254) + 1;
      nodes_.push_back(std::move(node));
    }
    check_edges(nodes_, d_.edges, d_.title);
    lay_out();
  }

  Scene drawn() {
    scene_.title = d_.title;
    scene_.description = "a kernel of " + std::to_string(d_.kernel.size()) + " weights at " +
                         std::to_string(d_.maps.size()) + " positions of an image of " +
                         std::to_string(d_.inputs.size()) + " pixels";
    draw_windows();
    draw_input_lines();
    for (std::size_t p = 0; p < d_.maps.size(); ++p) draw_products(p);
    draw_edges();
    draw_nodes();
    draw_kernel_table();
    LabelPlacer placer({2, kMargin + kTitleSize, scene_.width - 4, scene_.height - 2 * kMargin - 16 - kTitleSize});
    draw_notes(placer);
    if (!d_.title.empty())
      scene_.add(fitted({.at = {scene_.width / 2, kMargin + kTitleSize * 0.6},
                         .text = d_.title,
                         .size = kTitleSize,
                         .anchor = Anchor::kMiddle},
                        scene_.width - 2 * kMargin));
    key().draw(scene_, {kMargin, scene_.height - kMargin * 0.7});
    return std::move(scene_);
  }

 private:
  std::size_t first_input(std::size_t position) const { return position * static_cast<std::size_t>(d_.stride); }
  Point input_at(std::size_t i) const { return {left_, top_ + kRow * static_cast<double>(i)}; }
  double column_x(std::size_t position) const { return left_ + column_ * (static_cast<double>(position) + 0.75); }
  Point kernel_at(std::size_t position, std::size_t k) const {
    return {column_x(position), input_at(first_input(position) + k).y};
  }
  Colour kernel_colour(std::size_t k) const { return mix(series_colour(k == 0 ? 1 : k == 1 ? 0 : k), kPaper, 0.35); }

  void lay_out() {
    double notes = 0, products = 60, edge_notes = 0, last_notes = 0;
    for (const DiagramNode& input : d_.inputs) notes = std::max(notes, widest_text(input.quantities));
    for (std::size_t p = 0; p < d_.maps.size(); ++p)
      for (std::size_t k = 0; k < d_.kernel.size(); ++k)
        products = std::max(products, text_width(product_text(product(p, k)), kProductSize));
    Index layers = 1;
    for (const DiagramNode& node : nodes_) layers = std::max(layers, node.layer + 1);
    for (const DiagramEdge& edge : d_.edges) edge_notes = std::max(edge_notes, widest_text(edge.quantities));
    for (const DiagramNode& node : nodes_)
      if (node.layer + 1 == layers) last_notes = std::max(last_notes, widest_text(node.quantities));
    left_ = kMargin + kNodeRadius + (notes > 0 ? notes + 8 : 0);
    top_ = kMargin + (d_.title.empty() ? 0 : kTitleSize * 2) + kNodeRadius + 16;
    column_ = products + 2 * kNodeRadius + 34;
    maps_x_ = column_x(d_.maps.size() - 1) + column_ - kNodeRadius + 40;
    gap_ = std::max(2.05 * edge_notes + 2 * kNodeRadius, 170.0);
    place_nodes(layers);
    const double end =
        maps_x_ + gap_ * static_cast<double>(layers - 1) + kNodeRadius + (last_notes > 0 ? last_notes + 8 : 0);
    double lowest = input_at(d_.inputs.size() - 1).y + kNodeRadius;
    for (const Point& place : places_) lowest = std::max(lowest, place.y + kNodeRadius + 34);
    table_y_ = lowest + 26;
    scene_.width = std::max(end, key().width()) + 2 * kMargin;
    scene_.height = table_y_ + table_height() + 2 * kMargin + 10;
  }

  // Maps and the layers behind them, each centred on the image.
  void place_nodes(Index layers) {
    const double middle = (input_at(0).y + input_at(d_.inputs.size() - 1).y) / 2;
    places_.resize(nodes_.size());
    for (Index layer = 0; layer < layers; ++layer) {
      const auto is_here = [&](const DiagramNode& node) { return node.layer == layer; };
      const auto count = static_cast<double>(std::ranges::count_if(nodes_, is_here));
      double y = middle - (count - 1) / 2 * kMapRow;
      for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (!is_here(nodes_[i])) continue;
        places_[i] = {maps_x_ + gap_ * static_cast<double>(layer), y};
        y += kMapRow;
      }
    }
    // Many maps reach above the image.
    double highest = top_;
    for (const Point& place : places_) highest = std::min(highest, place.y);
    const double shift = top_ - highest;
    top_ += shift;
    for (Point& place : places_) place.y += shift;
  }

  NamedNumber product(std::size_t position, std::size_t k) const {
    const DiagramNode &input = d_.inputs[first_input(position) + k], &weight = d_.kernel[k];
    if (input.quantities.empty() || weight.quantities.empty()) return {};
    const NamedNumber &x = input.quantities[0], &w = weight.quantities[0];
    return {x.symbol + "\u22c5" + w.symbol, "product(" + x.key + "," + w.key + ")", x.value * w.value};
  }
  static std::string product_text(const NamedNumber& product) {
    return product.key.empty() ? "" : quantity_text(product);
  }

  double bracket_x(std::size_t position) const { return column_x(position) + column_ - 1.5 * kNodeRadius - 4; }
  double turn_x() const { return bracket_x(d_.maps.size() - 1) + 12; }
  double route_y(std::size_t position) const { return input_at(first_input(position)).y + kRow / 2 - 2; }

  // A pale bed under each position of the kernel.
  void draw_windows() {
    for (std::size_t p = 0; p < d_.maps.size(); ++p) {
      const double r = kNodeRadius + 7, top = kernel_at(p, 0).y - r, bottom = kernel_at(p, d_.kernel.size() - 1).y + r;
      scene_.add(Rectangle{.box = {column_x(p) - r, top, 2 * r, bottom - top}, .fill = rgb(0xf1f1f1), .corner = r});
    }
  }

  void draw_input_lines() {
    for (std::size_t p = 0; p < d_.maps.size(); ++p)
      for (std::size_t k = 0; k < d_.kernel.size(); ++k)
        scene_.add(Polyline{.points = {input_at(first_input(p) + k), kernel_at(p, k)},
                            .stroke = Stroke{.colour = rgb(0x9a9a9a), .width = 1.2}});
  }

  // From each weight of a position its product runs to a bracket, and their sum above all later positions to the map.
  void draw_products(std::size_t p) {
    const Stroke dashes{.colour = kPaleInk, .width = 1.2, .dash = {4, 3}};

    const double first = kernel_at(p, 0).y - kProductRise, last = kernel_at(p, d_.kernel.size() - 1).y - kProductRise;
    const double bracket = bracket_x(p), route = route_y(p);
    for (std::size_t k = 0; k < d_.kernel.size(); ++k) {
      const Point at = kernel_at(p, k);
      const NamedNumber quantity = product(p, k);
      Group group;
      if (!quantity.key.empty()) add_quantities(group, {quantity});
      const double y = at.y - kProductRise;
      group.elements.push_back(Polyline{.points = {{at.x + kNodeRadius - 2, y}, {bracket, y}}, .stroke = dashes});
      if (!quantity.key.empty())
        group.elements.push_back(Text{.at = {bracket - 6, y - 4},
                                      .text = product_text(quantity),
                                      .size = kProductSize,
                                      .anchor = Anchor::kEnd,
                                      .halo = true});
      scene_.add(std::move(group));
    }
    const double turn = turn_x();
    scene_.add(
        Polyline{.points = {{bracket, std::min(first, route)}, {bracket, std::max(last, route)}}, .stroke = dashes});
    scene_.add(Polyline{.points = {{bracket, route}, {turn, route}, places_[p]}, .stroke = dashes});
    scene_.add(Circle{.centre = {bracket, route}, .radius = 2.6, .fill = kPaleInk});
  }

  void draw_edges() {
    const double largest = largest_weight(d_.edges);
    const std::vector<Colour> colours = edge_colours(nodes_, d_.edges, d_.colours);
    for (std::size_t i = 0; i < d_.edges.size(); ++i)
      scene_.add(drawn_edge(d_.edges[i], places_[d_.edges[i].from], places_[d_.edges[i].to],
                            edge_stroke(d_.edges[i], largest, colours[i], false)));
  }

  void draw_nodes() {
    for (std::size_t i = 0; i < d_.inputs.size(); ++i) scene_.add(drawn_node(d_.inputs[i], input_at(i), kPaper));
    for (std::size_t p = 0; p < d_.maps.size(); ++p)
      for (std::size_t k = 0; k < d_.kernel.size(); ++k)
        scene_.add(drawn_node({.name = d_.kernel[k].name}, kernel_at(p, k), kernel_colour(k)));
    for (std::size_t i = 0; i < nodes_.size(); ++i) scene_.add(drawn_node(nodes_[i], places_[i], rgb(0xffe9a8)));
  }

  double table_height() const {
    std::size_t lines = d_.kernel_bias.size();
    for (const DiagramNode& weight : d_.kernel) lines = std::max(lines, weight.quantities.size());
    return std::max(2 * kNodeRadius, kNoteLine * static_cast<double>(lines)) + 4;
  }

  // The shared weights once, below the image.
  void draw_kernel_table() {
    const double y = table_y_ + table_height() / 2;
    Text name{.at = {kMargin, y + 4}, .text = "shared kernel", .size = 11.5, .colour = kPaleInk};
    scene_.add(name);
    double x = kMargin + text_width(name.text, name.size) + 16;
    const auto lines = [&](const std::vector<NamedNumber>& quantities) {
      double baseline = y - kNoteLine * (static_cast<double>(quantities.size()) - 1) / 2 + kNoteSize * 0.36;
      for (const NamedNumber& quantity : quantities) {
        scene_.add(Text{.at = {x, baseline},
                        .text = quantity_text(quantity),
                        .size = kNoteSize,
                        .colour = quantity.is_derivative ? kDerivativeInk : kInk});
        baseline += kNoteLine;
      }
      x += widest_text(quantities) + 26;
    };
    for (std::size_t k = 0; k < d_.kernel.size(); ++k) {
      scene_.add(drawn_node(d_.kernel[k], {x + kNodeRadius, y}, kernel_colour(k)));
      x += 2 * kNodeRadius + 8;
      lines(d_.kernel[k].quantities);
    }
    Group bias;
    add_quantities(bias, d_.kernel_bias);
    scene_.add(std::move(bias));
    lines(d_.kernel_bias);
    scene_.width = std::max(scene_.width, x + kMargin - 26);
  }

  void draw_notes(LabelPlacer& placer) {
    for (const Text& text : texts_of(scene_)) placer.keep_free(box_of(text));
    const double r = kNodeRadius + 2;
    Index layers = 0;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      placer.keep_free(box_of(Box{places_[i].x - r, places_[i].y - r, 2 * r, 2 * r}));
      layers = std::max(layers, nodes_[i].layer);
    }
    for (std::size_t p = 0; p < d_.maps.size(); ++p) {
      placer.keep_visible({bracket_x(p), route_y(p)}, {turn_x(), route_y(p)});
      placer.keep_visible({turn_x(), route_y(p)}, places_[p]);
    }
    for (const DiagramEdge& edge : d_.edges) placer.keep_visible(places_[edge.from], places_[edge.to]);
    for (std::size_t i = 0; i < d_.inputs.size(); ++i)
      place_notes(scene_, placer, d_.inputs[i].quantities, input_at(i), Side::kLeft);
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      place_notes(scene_, placer, nodes_[i].quantities, places_[i],
                  nodes_[i].layer == layers ? Side::kRight : Side::kAboveOrBelow);
    const std::vector<Colour> colours = edge_colours(nodes_, d_.edges, d_.colours);
    for (std::size_t i = 0; i < d_.edges.size(); ++i)
      place_edge_notes(scene_, placer, d_.edges[i], places_[d_.edges[i].from], places_[d_.edges[i].to], colours[i]);
  }

  DiagramKey key() const {
    return {.scheme = d_.colours,
            .has_weights = !d_.edges.empty(),
            .has_derivatives = has_derivatives(),
            .derivative_name = d_.derivative_name};
  }

  bool has_derivatives() const {
    const auto in = [](const auto& things) {
      return std::ranges::any_of(
          things, [](const auto& t) { return std::ranges::any_of(t.quantities, &NamedNumber::is_derivative); });
    };
    return in(d_.inputs) || in(d_.kernel) || in(nodes_) || in(d_.edges);
  }

  static constexpr double kMapRow = 128;

  const ConvolutionDiagram& d_;
  std::vector<DiagramNode> nodes_;  // maps, then head
  std::vector<Point> places_;       // of nodes_
  double left_ = 0, top_ = 0, column_ = 0, maps_x_ = 0, gap_ = 0, table_y_ = 0;
  Scene scene_;
};

}  // namespace

Scene draw(const ConvolutionDiagram& diagram) {
  check(diagram);
  return ConvolutionDrawing(diagram).drawn();
}

}  // namespace isinglass
