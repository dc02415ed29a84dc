#define ISINGLASS_FILLS_TABLES  // base/kind_table.h
#include "isinglass/nn/layer.h"

#include "isinglass/nn/layers.h"

namespace isinglass {

KindTable<Layer, LayerRow>& layer_table() {
  static KindTable<Layer, LayerRow> table("layer");
  return table;
}

const Shape& detail::only(const Shapes& in, std::string_view kind) {
  if (in.size() != 1) throw ShapeError(std::string(kind) + ": expected one input, got " + std::to_string(in.size()));
  return in[0];
}

Layer Layer::read(const Value& value, const std::vector<std::string>& extra) {
  return layer_table().read(value, extra);
}
Value Layer::write() const {
  return self_->write();
}
std::vector<Chain> Layer::branches() const {
  return self_->branches();
}
Layer Layer::merge() const {
  return self_->merge();
}

LayerSpec LayerSpec::read(const Value& value) {
  LayerSpec spec{
      .layer = Layer::read(value, {"activation", "kernel_initialiser", "bias_initialiser", "tied_to", "activity_l1"})};
  if (const Value* v = value.find("activation")) spec.activation = Layer::read(*v);
  if (const Value* v = value.find("kernel_initialiser")) spec.kernel_initialiser = Initialiser::read(*v);
  if (const Value* v = value.find("bias_initialiser")) spec.bias_initialiser = Initialiser::read(*v);
  if (const Value* v = value.find("tied_to")) spec.tied_to = OptionType<std::string>::read(*v, {});
  if (const Value* v = value.find("activity_l1")) spec.activity_l1 = OptionType<double>::read(*v, at_least(0));
  return spec;
}

Value LayerSpec::write() const {
  Value table = layer.write();
  if (activation) table.set("activation", activation->write());
  if (kernel_initialiser) table.set("kernel_initialiser", kernel_initialiser->write());
  if (bias_initialiser) table.set("bias_initialiser", bias_initialiser->write());
  if (!tied_to.empty()) table.set("tied_to", tied_to);
  if (activity_l1 > 0) table.set("activity_l1", activity_l1);
  return table;
}

}  // namespace isinglass
