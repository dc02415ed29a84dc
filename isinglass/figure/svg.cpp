#include "isinglass/figure/svg.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "isinglass/base/error.h"
#include "isinglass/figure/series_data.h"
#include "isinglass/figure/text_metrics.h"
#include "isinglass/io/png.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

constexpr std::array<std::pair<char, std::string_view>, 5> kEntities = {
    {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}}};
constexpr double kFarthest = 1e6;  // renderers keep coordinates in single precision or 24.8 fixed point

// At most two decimals: a hundredth of a pixel is not seen.
std::string coordinate(double value) {
  const double held = std::isnan(value) ? 0 : std::fmin(std::fmax(value, -kFarthest), kFarthest);
  const long hundredths = std::lround(held * 100);
  const long size = std::labs(hundredths);
  std::string text = hundredths < 0 ? "-" : "";
  text += std::to_string(size / 100);
  if (size % 100 == 0) return text;
  text += '.';
  text += static_cast<char>('0' + size / 10 % 10);
  if (size % 10 != 0) text += static_cast<char>('0' + size % 10);
  return text;
}

std::string attribute(const char* name, double value) {
  return std::string(" ") + name + "=\"" + coordinate(value) + "\"";
}

std::string box_attributes(const Box& box) {
  return attribute("x", box.x) + attribute("y", box.y) + attribute("width", box.width) +
         attribute("height", box.height);
}

std::string colour_attribute(const char* name, const Colour& colour) {
  std::array<char, 8> code;
  std::snprintf(code.data(), code.size(), "#%02x%02x%02x", colour.red, colour.green, colour.blue);
  std::string out = std::string(" ") + name + "=\"" + code.data() + "\"";
  if (colour.opacity < 1) out += attribute((std::string(name) + "-opacity").c_str(), colour.opacity);
  return out;
}

std::string paint(const std::optional<Colour>& fill, const std::optional<Stroke>& stroke) {
  std::string out = fill ? colour_attribute("fill", *fill) : " fill=\"none\"";
  if (!stroke) return out;
  out += colour_attribute("stroke", stroke->colour) + attribute("stroke-width", stroke->width);
  if (stroke->dash.empty()) return out;
  out += " stroke-dasharray=\"";
  for (std::size_t i = 0; i < stroke->dash.size(); ++i) out += (i > 0 ? " " : "") + coordinate(stroke->dash[i]);
  return out + "\"";
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t k) {
      return k < bytes.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[k])) : 0u;
    };
    const std::uint32_t three = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    for (std::size_t k = 0; k < 4; ++k) out += i + k > bytes.size() ? '=' : kDigits[three >> (18 - 6 * k) & 63];
  }
  return out;
}

// Some renderers blur an image that they enlarge: every cell becomes several pixels, about two for each of the scene's.
Array enlarged(const Pixels& pixels) {
  constexpr double kMostEnlarged = 1 << 21;
  const double cells = static_cast<double>(pixels.rows) * static_cast<double>(pixels.cols);
  const double side = std::max(pixels.box.width / static_cast<double>(pixels.cols),
                               pixels.box.height / static_cast<double>(pixels.rows));
  const auto times =
      static_cast<Index>(std::clamp(std::ceil(2 * side), 1.0, std::max(std::sqrt(kMostEnlarged / cells), 1.0)));
  Array image{.type = DType::kU8, .shape = {pixels.rows * times, pixels.cols * times, 3}};
  image.bytes.reserve(static_cast<std::size_t>(image.size()));
  for (Index r = 0; r < pixels.rows * times; ++r)
    for (Index c = 0; c < pixels.cols * times; ++c)
      for (Index k = 0; k < 3; ++k)
        image.bytes.push_back(static_cast<std::byte>(
            pixels.rgb[static_cast<std::size_t>(3 * (r / times * pixels.cols + c / times) + k)]));
  return image;
}

// Dashes have blunt ends, or the gaps would close.
std::string joints(const Polyline& line) {
  const bool is_dashed = line.stroke && !line.stroke->dash.empty();
  return std::string(" stroke-linejoin=\"round\"") + (is_dashed ? "" : " stroke-linecap=\"round\"") + "/>\n";
}

class Writer {
 public:
  void draw(const std::vector<Element>& elements) {
    for (const Element& element : elements) std::visit(*this, element);
  }

  void operator()(const Polyline& line) {
    if (line.points.empty()) return;
    out += line.closed ? "<polygon points=\"" : "<polyline points=\"";
    std::string last;
    bool is_first = true;
    for (const Point& point : line.points) {
      std::string text = coordinate(point.x) + "," + coordinate(point.y);
      if (text == last) continue;
      out += (is_first ? "" : " ") + text;
      last = std::move(text);
      is_first = false;
    }
    out += "\"" + paint(line.fill, line.stroke) + (line.closed ? "/>\n" : joints(line));
  }

  void operator()(const Rectangle& rectangle) {
    out += "<rect" + box_attributes(rectangle.box);
    if (rectangle.corner > 0) out += attribute("rx", rectangle.corner);
    out += paint(rectangle.fill, rectangle.stroke) + "/>\n";
  }

  void operator()(const Circle& circle) {
    out += "<circle" + attribute("cx", circle.centre.x) + attribute("cy", circle.centre.y) +
           attribute("r", circle.radius) + paint(circle.fill, circle.stroke) + "/>\n";
  }

  void operator()(const Text& text) {
    const std::vector<TextRun> runs = text_runs(text.text, text.size);
    if (runs.empty()) return;
    const double width = runs.back().x + runs.back().width;
    // The whole is anchored, not its runs, unless it is a single run: then a font of other widths stays anchored.
    const bool is_single = runs.size() == 1;
    const double shift =
        is_single || text.anchor == Anchor::kStart ? 0 : (text.anchor == Anchor::kMiddle ? -width / 2 : -width);
    out += "<text";
    if (text.angle != 0)
      out += " transform=\"translate(" + coordinate(text.at.x) + " " + coordinate(text.at.y) + ") rotate(" +
             coordinate(text.angle) + ")\"";
    if (is_single && text.anchor != Anchor::kStart)
      out += text.anchor == Anchor::kMiddle ? " text-anchor=\"middle\"" : " text-anchor=\"end\"";
    const Point at = text.angle != 0 ? Point{} : text.at;
    if (is_single) out += attribute("x", at.x) + attribute("y", at.y + runs[0].y);
    out += attribute("font-size", is_single ? runs[0].size : text.size) + colour_attribute("fill", text.colour);
    if (text.halo) out += " stroke=\"#ffffff\" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\"";
    out += ">";
    for (const TextRun& run : runs) {
      // Renderers drop a space where a piece begins; the place of the piece keeps it.
      const std::size_t spaces = is_single ? 0 : std::min(run.text.find_first_not_of(' '), run.text.size());
      const double x = at.x + shift + run.x + static_cast<double>(spaces) * text_width(" ", run.size);
      if (!is_single)
        out += "<tspan" + attribute("x", x) + attribute("y", at.y + run.y) +
               (run.size == text.size ? "" : attribute("font-size", run.size)) + ">";
      out += xml_escaped(std::string_view(run.text).substr(spaces)) + (is_single ? "" : "</tspan>");
    }
    out += "</text>\n";
  }

  void operator()(const Pixels& pixels) {
    const Array image = enlarged(pixels);
    out += "<image" + box_attributes(pixels.box) +
           " preserveAspectRatio=\"none\" style=\"image-rendering:optimizeSpeed;image-rendering:pixelated\"";
    out += " xlink:href=\"data:image/png;base64," + base64(write_png(image)) + "\"/>\n";
  }

  void operator()(const Group& group) {
    out += group.data ? "<g class=\"series\"" + series_attributes(*group.data) : std::string("<g");
    if (group.offset != Point{})
      out += " transform=\"translate(" + coordinate(group.offset.x) + " " + coordinate(group.offset.y) + ")\"";
    out += ">\n";
    if (group.data) out += series_rest(*group.data);
    if (!group.note.empty()) out += "<title>" + xml_escaped(group.note) + "</title>\n";
    if (group.clip) {
      const Box& box = *group.clip;
      out += "<svg" + box_attributes(box) + " viewBox=\"" + coordinate(box.x) + " " + coordinate(box.y) + " " +
             coordinate(box.width) + " " + coordinate(box.height) + "\" overflow=\"hidden\">\n";
    }
    draw(group.elements);
    out += group.clip ? "</svg>\n</g>\n" : "</g>\n";
  }

  std::string out;
};

}  // namespace

std::string to_svg(const Scene& scene) {
  const std::string width = coordinate(scene.width), height = coordinate(scene.height);
  Writer writer;
  writer.out = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"" +
               width + "\" height=\"" + height + "\" viewBox=\"0 0 " + width + " " + height +
               "\" role=\"img\" aria-label=\"" + xml_escaped(plain_text(scene.title)) + "\" font-family=\"'" +
               kFontFamily + "', Verdana, 'Bitstream Vera Sans', sans-serif\">\n";
  if (!scene.title.empty()) writer.out += "<title>" + xml_escaped(plain_text(scene.title)) + "</title>\n";
  if (!scene.description.empty()) writer.out += "<desc>" + xml_escaped(scene.description) + "</desc>\n";
  writer(Rectangle{.box = {0, 0, scene.width, scene.height}, .fill = kPaper});
  writer.draw(scene.elements);
  return writer.out + "</svg>\n";
}

std::string xml_escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view letter = text.substr(0, std::max<std::size_t>(length, 1));
    text.remove_prefix(letter.size());
    // U+FFFE and U+FFFF are UTF-8 but no characters of XML.
    const bool is_allowed = length > 0 && static_cast<unsigned char>(letter[0]) >= 0x20 && letter != "\xef\xbf\xbe" &&
                            letter != "\xef\xbf\xbf";
    const auto entity = std::ranges::find(kEntities, letter[0], &std::pair<char, std::string_view>::first);
    if (!is_allowed)
      append_utf8(out, 0xfffd);
    else
      out += entity != kEntities.end() ? entity->second : letter;
  }
  return out;
}

std::string xml_unescaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto entity = std::ranges::find_if(kEntities, [&](const auto& e) { return text.starts_with(e.second); });
    const std::size_t length = entity != kEntities.end() ? entity->second.size() : 1;
    out += entity != kEntities.end() ? entity->first : text[0];
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace isinglass
