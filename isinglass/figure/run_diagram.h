// isinglass/figure/run_diagram.h - the network of a run at one epoch, with one sample in it: every number in its place.
//
// Networks of dense layers (autoencoders too) are drawn as nodes and edges. A network that begins with a convolution of
// one kernel over a signal is drawn position by position. Derivatives are those of the sample's own loss.
#pragma once
#include <variant>

#include "isinglass/figure/convolution_diagram.h"
#include "isinglass/figure/network_diagram.h"
#include "isinglass/figure/quantity_symbol.h"
#include "isinglass/record/run_reader.h"

namespace isinglass {

struct RunDiagramOptions {
  bool has_derivatives = true;
  SignConvention signs = SignConvention::kStandard;
  EdgeColours colours = EdgeColours::kBySign;
  Index most_nodes = 12;  // of a layer; of a wider one the first and last, half of them each
};

// The diagram, to be changed before it is drawn. Throws InputError for an epoch or sample beyond the run, and for
// networks with layers of images or several inputs, which have no such picture.
using RunDiagram = std::variant<NetworkDiagram, ConvolutionDiagram>;
RunDiagram network_of(RunReader& run, Index epoch, Index sample, const RunDiagramOptions& options = {});

Scene draw_network(RunReader& run, Index epoch, Index sample, const RunDiagramOptions& options = {});

}  // namespace isinglass
