#include "isinglass/book/convergence.h"

namespace isinglass {
namespace {

constexpr double kLastEpoch = 1000, kSettledEpoch = 400;

}  // namespace

Chart convergence_chart(Chart chart, const std::string& title, const std::string& y_label, double low, double high) {
  chart.title = title;
  chart.y_label = y_label;
  chart.x.high = kLastEpoch;
  chart.y = {.low = low, .high = high};
  if (low < 0) chart.references.push_back({.at = 0, .colour = kPaleInk, .line = Line::kSolid});
  chart.references.push_back({.at = kSettledEpoch, .is_vertical = true, .colour = kPaleInk, .line = Line::kDotted});
  chart.look = {.width = 480, .height = 360};
  return chart;
}

Chart convergence_chart(RunReader& run, const std::vector<std::string>& quantities, const std::string& title,
                        const std::string& y_label, double low, double high) {
  std::vector<CurveRequest> requests;
  for (const std::string& quantity : quantities) requests.push_back({quantity});
  return convergence_chart(epoch_chart(run, title, y_label, curves(run, requests)), title, y_label, low, high);
}

Scene draw_titled(RunDiagram diagram, const std::string& title) {
  return std::visit(
      [&](auto& drawn) {
        drawn.title = title;
        return draw(drawn);
      },
      diagram);
}

}  // namespace isinglass
