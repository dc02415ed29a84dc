#include "isinglass/book/chapter.h"

#include <iterator>

namespace isinglass {

void append(Chapter& chapter, Chapter part) {
  const auto move_all = [](auto& from, auto& to) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  move_all(part.figures, chapter.figures);
  move_all(part.tables, chapter.tables);
  move_all(part.numbers, chapter.numbers);
}

const std::vector<ChapterKind>& all_chapters() {
  static const std::vector<ChapterKind> chapters = {
      {"activations", "Activation functions", activations_chapter},
      {"ann", "An artificial neural network", ann_chapter},
      {"cnn", "A convolutional network", cnn_chapter},
      {"autoencoder", "An autoencoder", autoencoder_chapter},
      {"notes", "Notes on shallow networks", notes_chapter},
  };
  return chapters;
}

}  // namespace isinglass
