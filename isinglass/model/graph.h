// isinglass/model/graph.h - a network as a flat list of nodes: composites written out, shapes and parameters known.
#pragma once
#include <string>
#include <vector>

#include "isinglass/model/architecture.h"

namespace isinglass {

// A value of the network: 0 is its input, k + 1 the output of node k.
using ValueId = std::size_t;

// One layer function with its inputs. A layer with an activation is two nodes.
struct GraphNode {
  Layer layer;
  std::vector<ValueId> inputs;
  Shapes in;
  Shape out;
  std::vector<std::size_t> parameters;  // indices into Graph::parameters
  std::size_t layer_index = 0;          // index into Graph::layers
  double activity_l1 = 0;               // penalty on |output|
};

struct GraphParameter {
  std::string name;  // "layer1.kernel"
  ParamSpec spec;
  Initialiser initialiser;
  Index rows = 0, cols = 0;  // as a matrix
  Index offset = 0;          // first element in the flat vector of all parameters
  Index size() const { return rows * cols; }
};

// A layer as a user counts them: layer 1 is the first after the input. The output of `pre_node` is its
// pre-activation ("layer1.in"), that of `out_node` its output ("layer1.out"); they are one without an activation.
struct GraphLayer {
  std::string name, kind, activation;  // "layer1", "dense", "relu" or ""
  std::size_t pre_node = 0, out_node = 0;
  Shapes in;
  Shape out;
  char letter = 'H';       // of its nodes: I input, H hidden, C of feature maps, O output; L, M, R of autoencoders
  Index first_number = 0;  // number of its first node; nodes are numbered through the network from 1, the inputs first
  bool has_nodes = true;   // false: it works on the nodes of the layer before
  Index parameters = 0;    // trained numbers
  std::string arithmetic;  // how the output size comes about, or ""
};

struct Graph {
  Shape input;
  std::vector<GraphNode> nodes;
  std::vector<GraphLayer> layers;
  std::vector<GraphParameter> parameters;
  std::string initial_order;
  std::size_t encoder_layers = 0;  // of an autoencoder; else 0

  ValueId output_value() const { return nodes.size(); }
  bool is_autoencoder() const { return encoder_layers > 0; }
  ValueId code_value() const { return layers[encoder_layers - 1].out_node + 1; }  // of an autoencoder
  const Shape& value_shape(ValueId v) const { return v == 0 ? input : nodes[v - 1].out; }
  Index parameter_count() const;  // trained numbers, without padding
  Index flat_size() const;        // length of the flat vector, each parameter on its own cache line

  // Writes a network out for an input shape. Throws ShapeError or OptionError that names the layer.
  static Graph build(const Architecture& architecture, const Shape& input);
};

}  // namespace isinglass
