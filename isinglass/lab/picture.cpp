#include "isinglass/lab/picture.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "isinglass/lab/local_average.h"

namespace isinglass {
namespace {

struct Point {
  double x, y;
};

Plane drawn(Index size, const std::function<double(double x, double y)>& brightness) {
  Plane plane(size, size, {});
  for (Index r = 0; r < size; ++r)
    for (Index c = 0; c < size; ++c)
      plane.values.push_back(std::clamp(brightness(static_cast<double>(c), static_cast<double>(r)), 0.0, 1.0));
  return plane;
}

double distance(Point p, Point a, Point b) {
  const double dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
  const double t = std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length, 0.0, 1.0);
  return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

// Strokes of a soft pen, through the points of each line.
Plane strokes(Index size, const std::vector<std::vector<Point>>& lines, double width) {
  return drawn(size, [&](double x, double y) {
    double nearest = 1e9;
    for (const std::vector<Point>& line : lines)
      for (std::size_t i = 1; i < line.size(); ++i) nearest = std::min(nearest, distance({x, y}, line[i - 1], line[i]));
    return width - nearest;
  });
}

std::vector<SamplePicture> images() {
  constexpr double kPi = 3.14159265358979323846;
  std::vector<Point> upper, lower;  // the two bows of a three
  for (int i = 0; i <= 10; ++i) {
    const double t = kPi * (-0.75 + 0.125 * i);
    upper.push_back({13 + 6 * std::cos(t), 9 + 4.6 * std::sin(t)});
    lower.push_back({13 + 6.6 * std::cos(t + 0.25 * kPi), 18.6 + 5 * std::sin(t + 0.25 * kPi)});
  }
  return {
      {"digit", strokes(28, {upper, lower}, 1.9)},
      {"house", strokes(24,
                        {{{4, 11}, {12, 4}, {20, 11}},
                         {{6, 10}, {6, 20}, {18, 20}, {18, 10}},
                         {{11, 20}, {11, 15}, {14, 15}, {14, 20}}},
                        1.2)},
      {"disc",
       drawn(21, [](double x, double y) { return std::clamp(7.5 - std::hypot(x - 10, y - 10), 0.0, 0.8) + 0.01 * x; })},
      {"corner", drawn(12, [](double x, double y) { return x > 4.5 && y > 3.5 ? 1.0 : 0.0; })},
      {"stripes", drawn(18, [](double x, double y) { return 0.5 + 0.5 * std::sin((x + y) * kPi / 4); })},
      {"numbers", Plane(5, 5, {1, 0, 2, 3, 1, 4, 6, 6, 8, 0, 3, 1, 1, 0, 2, 1, 2, 2, 4, 5, 0, 1, 3, 1, 2})},
  };
}

std::vector<SamplePicture> signals() {
  const Signal waves = demonstration_signal(48, 3);
  std::vector<double> step(20), spike(15);
  for (std::size_t i = 8; i < 20; ++i) step[i] = 1;
  spike[7] = 1;
  return {{"waves", Plane(waves.y)},
          {"step", Plane(step)},
          {"spike", Plane(spike)},
          {"line", Plane({-1.9, -1.1, 0.2, 0.9, 2.1})},
          {"counting", Plane({1, 2, 3, 4, 5, 6, 7, 8})}};
}

}  // namespace

const std::vector<SamplePicture>& sample_pictures(int dimensions) {
  static const std::vector<SamplePicture> of_images = images(), of_signals = signals();
  return dimensions == 1 ? of_signals : of_images;
}

Plane grey_picture(const Array& image, Index longest) {
  const Index rows = image.shape[0], cols = image.shape[1], channels = image.shape.size() == 3 ? image.shape[2] : 1;
  const double shrink = std::max(1.0, static_cast<double>(std::max(rows, cols)) / static_cast<double>(longest));
  const auto shorter = [&](Index n) { return std::max<Index>(1, std::lround(static_cast<double>(n) / shrink)); };
  Plane small(shorter(rows), shorter(cols), {});
  const std::uint8_t* pixels = image.data<std::uint8_t>();
  constexpr double kRed = 0.299, kGreen = 0.587, kBlue = 0.114;  // how bright the eye finds them (ITU-R BT.601)
  for (Index r = 0; r < small.rows; ++r)
    for (Index c = 0; c < small.cols; ++c) {
      double sum = 0;
      const Index top = r * rows / small.rows, bottom = (r + 1) * rows / small.rows;
      const Index left = c * cols / small.cols, right = (c + 1) * cols / small.cols;
      for (Index y = top; y < bottom; ++y)
        for (Index x = left; x < right; ++x) {
          const std::uint8_t* p = pixels + (y * cols + x) * channels;
          sum += channels == 3 ? kRed * p[0] + kGreen * p[1] + kBlue * p[2] : p[0];
        }
      small.values.push_back(sum / 255 / static_cast<double>((bottom - top) * (right - left)));
    }
  return small;
}

}  // namespace isinglass
