#include "isinglass/serve/run_figure.h"

#include "isinglass/base/error.h"
#include "isinglass/figure/raster.h"
#include "isinglass/figure/run_curves.h"
#include "isinglass/figure/run_diagram.h"
#include "isinglass/figure/run_weights.h"
#include "isinglass/figure/svg.h"

namespace isinglass {

std::string run_figure(const std::string& directory, const std::string& kind, const std::string& format, Index epoch,
                       Index sample) {
  if (format != "svg" && format != "png")
    throw InputError("format: there is no '" + format + "'" + did_you_mean(format, {"svg", "png"}));
  RunReader run(directory, 1);
  Scene scene;
  if (kind == "network")
    scene = draw_network(run, epoch, sample);
  else if (kind == "loss")
    scene = draw(loss_chart(run));
  else if (kind == "weights")
    scene = draw_weights(run, epoch);
  else
    throw InputError("kind: there is no figure '" + kind + "'" + did_you_mean(kind, {"network", "loss", "weights"}));
  return format == "svg" ? to_svg(scene) : to_png(scene);
}

}  // namespace isinglass
