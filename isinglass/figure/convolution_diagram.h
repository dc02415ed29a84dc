// isinglass/figure/convolution_diagram.h - a small image under a kernel at each of its positions, the map of features
// that this gives, and the dense layers behind.
#pragma once
#include <string>
#include <vector>

#include "isinglass/figure/diagram_parts.h"

namespace isinglass {

struct ConvolutionDiagram {
  std::string title;
  std::vector<DiagramNode> inputs;  // the image of one row, its pixels from top to bottom
  std::vector<DiagramNode> kernel;  // its weights, shared by all positions; the first quantity is the weight
  std::vector<NamedNumber> kernel_bias = {};
  Index stride = 1;
  std::vector<DiagramNode> maps;   // one for each position
  std::vector<DiagramNode> head;   // nodes of the dense layers, `layer` from 0
  std::vector<DiagramEdge> edges;  // between maps and head: node i is maps[i], then head[i - maps.size()]
  EdgeColours colours = EdgeColours::kBySign;
  std::string derivative_name = "derivatives of the loss";  // in the key
};

// Position p of the kernel covers the inputs from p stride on. Products are drawn where the first quantities of input
// and kernel are known. Series as in network_diagram.h, and "product(I1,k(6))" for the products. Throws InputError when
// the positions do not fit the image, or there are more than 16 of them or 64 inputs.
Scene draw(const ConvolutionDiagram& diagram);

}  // namespace isinglass
