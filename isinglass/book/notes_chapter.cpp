// isinglass/book/notes_chapter.cpp - more activations, how weights should start, logic by hand, and XOR learned.
#include "isinglass/book/activation_curves.h"
#include "isinglass/book/notes_parts.h"
#include "isinglass/figure/panels.h"

namespace isinglass {
namespace {

Chapter more_activations() {
  const std::vector<ActivationPanel> panels = {
      {"Leaky ReLU, slope 0.01", "leaky_relu"}, {"PReLU, slope 0.25", "prelu"}, {"ELU", "elu", {-1}},
      {"SELU", "selu", {-1.7580993408473766}},  {"Softplus", "softplus", {0}},  {"Swish", "swish", {0}}};
  std::vector<Scene> scenes;
  for (const ActivationPanel& panel : panels) scenes.push_back(draw_function(panel));
  return {
      .figures = {{.name = "notes-activations",
                   .caption = "Relatives of ReLU that do not go flat on the left, or not at once. Dashed: the value "
                              "that is approached to the left.",
                   .scene = arrange(scenes, 3, "More activations")}}};
}

}  // namespace

Chapter notes_chapter(BookRuns& runs) {
  Chapter chapter{.introduction =
                      "The notes ask how the weights of a deep network should start, build logic functions from single "
                      "nodes, and learn exclusive or, which no single node can do."};
  append(chapter, more_activations());
  append(chapter, initialisation_part(runs));
  append(chapter, logic_part());
  append(chapter, xor_part(runs));
  return chapter;
}

}  // namespace isinglass
