#include "isinglass/figure/raster.h"

#include <cairo.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <numbers>

#include "isinglass/base/error.h"
#include "isinglass/base/value.h"
#include "isinglass/figure/svg.h"
#include "isinglass/figure/text_metrics.h"
#include "isinglass/io/file.h"
#include "isinglass/io/png.h"

namespace isinglass {
namespace {

constexpr double kMostSide = 32767;  // of a cairo image

template <auto release>
struct Releaser {
  template <class T>
  void operator()(T* thing) const {
    release(thing);
  }
};
using Surface = std::unique_ptr<cairo_surface_t, Releaser<cairo_surface_destroy>>;
using Context = std::unique_ptr<cairo_t, Releaser<cairo_destroy>>;
using FontOptions = std::unique_ptr<cairo_font_options_t, Releaser<cairo_font_options_destroy>>;

void check(cairo_status_t status) {
  if (status != CAIRO_STATUS_SUCCESS)
    throw Error(std::string("cairo could not draw the figure: ") + cairo_status_to_string(status));
}

// Pixels of cairo's CAIRO_FORMAT_RGB24: 32-bit numbers 0x00RRGGBB in the machine's byte order.
std::uint32_t packed(const std::uint8_t* rgb) {
  return static_cast<std::uint32_t>(rgb[0]) << 16 | static_cast<std::uint32_t>(rgb[1]) << 8 | rgb[2];
}

class Painter {
 public:
  explicit Painter(cairo_t* context) : c_(context) {
    const FontOptions options(cairo_font_options_create());
    cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
    cairo_set_font_options(c_, options.get());
    cairo_select_font_face(c_, kFontFamily, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  }

  void draw(const std::vector<Element>& elements) {
    for (const Element& element : elements) std::visit(*this, element);
  }

  void operator()(const Polyline& line) {
    for (const Point& point : line.points) cairo_line_to(c_, point.x, point.y);
    if (line.closed) cairo_close_path(c_);
    cairo_set_line_join(c_, line.closed ? CAIRO_LINE_JOIN_MITER : CAIRO_LINE_JOIN_ROUND);
    const bool has_blunt_ends = line.closed || (line.stroke && !line.stroke->dash.empty());
    cairo_set_line_cap(c_, has_blunt_ends ? CAIRO_LINE_CAP_BUTT : CAIRO_LINE_CAP_ROUND);
    paint(line.fill, line.stroke);
  }

  void operator()(const Rectangle& rectangle) {
    const Box& b = rectangle.box;
    const double r = std::min({rectangle.corner, b.width / 2, b.height / 2}), quarter = std::numbers::pi / 2;
    if (r > 0) {
      cairo_new_sub_path(c_);
      cairo_arc(c_, b.right() - r, b.y + r, r, -quarter, 0);
      cairo_arc(c_, b.right() - r, b.bottom() - r, r, 0, quarter);
      cairo_arc(c_, b.x + r, b.bottom() - r, r, quarter, 2 * quarter);
      cairo_arc(c_, b.x + r, b.y + r, r, 2 * quarter, 3 * quarter);
      cairo_close_path(c_);
    } else {
      cairo_rectangle(c_, b.x, b.y, b.width, b.height);
    }
    cairo_set_line_join(c_, CAIRO_LINE_JOIN_MITER);
    cairo_set_line_cap(c_, CAIRO_LINE_CAP_BUTT);
    paint(rectangle.fill, rectangle.stroke);
  }

  void operator()(const Circle& circle) {
    cairo_new_sub_path(c_);
    cairo_arc(c_, circle.centre.x, circle.centre.y, circle.radius, 0, 2 * std::numbers::pi);
    paint(circle.fill, circle.stroke);
  }

  void operator()(const Text& text) {
    const std::vector<TextRun> runs = text_runs(text.text, text.size);
    if (runs.empty()) return;
    const double width = runs.back().x + runs.back().width;
    const double shift = text.anchor == Anchor::kStart ? 0 : text.anchor == Anchor::kMiddle ? -width / 2 : -width;
    cairo_save(c_);
    cairo_translate(c_, text.at.x, text.at.y);
    cairo_rotate(c_, text.angle * std::numbers::pi / 180);
    for (const TextRun& run : runs) {
      cairo_set_font_size(c_, run.size);
      cairo_move_to(c_, shift + run.x, run.y);
      cairo_text_path(c_, run.text.c_str());
    }
    if (text.halo) {
      set_colour(kPaper);
      cairo_set_line_width(c_, 3);
      cairo_set_line_join(c_, CAIRO_LINE_JOIN_ROUND);
      cairo_set_dash(c_, nullptr, 0, 0);
      cairo_stroke_preserve(c_);
    }
    set_colour(text.colour);
    cairo_fill(c_);
    cairo_restore(c_);
  }

  void operator()(const Pixels& pixels) {
    const int rows = static_cast<int>(pixels.rows), cols = static_cast<int>(pixels.cols);
    const Surface image(cairo_image_surface_create(CAIRO_FORMAT_RGB24, cols, rows));
    check(cairo_surface_status(image.get()));
    unsigned char* const bytes = cairo_image_surface_get_data(image.get());
    const int stride = cairo_image_surface_get_stride(image.get());
    for (int r = 0; r < rows; ++r)
      for (int k = 0; k < cols; ++k) {
        const std::uint32_t pixel = packed(&pixels.rgb[static_cast<std::size_t>(3 * (r * pixels.cols + k))]);
        std::memcpy(bytes + r * stride + k * 4, &pixel, sizeof pixel);
      }
    cairo_surface_mark_dirty(image.get());
    cairo_save(c_);
    cairo_translate(c_, pixels.box.x, pixels.box.y);
    cairo_rectangle(c_, 0, 0, pixels.box.width, pixels.box.height);
    cairo_clip(c_);
    cairo_scale(c_, pixels.box.width / cols, pixels.box.height / rows);
    cairo_set_source_surface(c_, image.get(), 0, 0);
    cairo_pattern_set_filter(cairo_get_source(c_), CAIRO_FILTER_NEAREST);
    cairo_paint(c_);
    cairo_restore(c_);
  }

  void operator()(const Group& group) {
    cairo_save(c_);
    cairo_translate(c_, group.offset.x, group.offset.y);
    if (group.clip) {
      cairo_rectangle(c_, group.clip->x, group.clip->y, group.clip->width, group.clip->height);
      cairo_clip(c_);
    }
    draw(group.elements);
    cairo_restore(c_);
  }

 private:
  void set_colour(const Colour& colour) {
    cairo_set_source_rgba(c_, colour.red / 255.0, colour.green / 255.0, colour.blue / 255.0, colour.opacity);
  }

  void paint(const std::optional<Colour>& fill, const std::optional<Stroke>& stroke) {
    if (fill) {
      set_colour(*fill);
      cairo_fill_preserve(c_);
    }
    if (stroke) {
      set_colour(stroke->colour);
      cairo_set_line_width(c_, stroke->width);
      cairo_set_dash(c_, stroke->dash.data(), static_cast<int>(stroke->dash.size()), 0);
      cairo_stroke_preserve(c_);
    }
    cairo_new_path(c_);
  }

  cairo_t* c_;
};

Array image_of(cairo_surface_t* surface, int width, int height) {
  Array image{.type = DType::kU8, .shape = {height, width, 3}};
  image.bytes.resize(static_cast<std::size_t>(image.size()));
  cairo_surface_flush(surface);
  const unsigned char* const bytes = cairo_image_surface_get_data(surface);
  const int stride = cairo_image_surface_get_stride(surface);
  std::size_t next = 0;
  for (int r = 0; r < height; ++r)
    for (int k = 0; k < width; ++k) {
      std::uint32_t pixel = 0;
      std::memcpy(&pixel, bytes + static_cast<std::ptrdiff_t>(r) * stride + k * 4, sizeof pixel);
      for (const int shift : {16, 8, 0}) image.bytes[next++] = static_cast<std::byte>(pixel >> shift & 255);
    }
  return image;
}

bool ends_with_ignoring_case(const std::string& path, std::string_view ending) {
  return path.size() >= ending.size() &&
         std::equal(ending.rbegin(), ending.rend(), path.rbegin(), [](char a, char b) { return a == (b | 0x20); });
}

}  // namespace

std::string to_png(const Scene& scene, double scale) {
  const double width = std::ceil(scene.width * scale), height = std::ceil(scene.height * scale);
  if (!(scale > 0) || !(width >= 1) || !(height >= 1) || width > kMostSide || height > kMostSide ||
      width * height > static_cast<double>(kMostPixels))
    throw InputError("a PNG figure has 1 to 32767 pixels a side and at most 2^26 in all; at scale " +
                     number_text(scale) + " this one has " + number_text(width) + " by " + number_text(height) +
                     "; choose another scale, or write SVG");
  const Surface surface(
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(width), static_cast<int>(height)));
  check(cairo_surface_status(surface.get()));
  const Context context(cairo_create(surface.get()));
  cairo_set_source_rgb(context.get(), 1, 1, 1);
  cairo_paint(context.get());
  cairo_scale(context.get(), scale, scale);
  Painter(context.get()).draw(scene.elements);
  check(cairo_status(context.get()));
  return write_png(image_of(surface.get(), static_cast<int>(width), static_cast<int>(height)));
}

void check_figure_path(const std::string& path) {
  if (!ends_with_ignoring_case(path, ".svg") && !ends_with_ignoring_case(path, ".png"))
    throw InputError(path + ": a figure is written as .svg or .png; choose one of these endings");
}

void write_figure(const Scene& scene, const std::string& path, double scale) {
  check_figure_path(path);
  write_file(path, ends_with_ignoring_case(path, ".svg") ? to_svg(scene) : to_png(scene, scale));
}

}  // namespace isinglass
