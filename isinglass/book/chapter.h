// isinglass/book/chapter.h - what a chapter of the book holds, before it is written to files.
//
// Texts may lower "_{...}" and raise "^{...}" parts as in figure/text_metrics.h.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "isinglass/base/value.h"
#include "isinglass/book/book_runs.h"
#include "isinglass/figure/scene.h"

namespace isinglass {

struct BookFigure {
  std::string name, caption;  // the file is NAME.svg; the caption is a sentence with the facts
  Scene scene;
};

struct BookTable {
  std::string title;
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
};

// Numbers of one system with all their digits, in NAME.json.
struct BookNumbers {
  std::string name;
  Value document;
};

struct Chapter {
  std::string introduction;
  std::vector<BookFigure> figures;
  std::vector<BookTable> tables;
  std::vector<BookNumbers> numbers;
};

// Adds the parts of another one behind one's own.
void append(Chapter& chapter, Chapter part);

Chapter activations_chapter(BookRuns& runs);
Chapter ann_chapter(BookRuns& runs);
Chapter cnn_chapter(BookRuns& runs);
Chapter autoencoder_chapter(BookRuns& runs);
Chapter notes_chapter(BookRuns& runs);

struct ChapterKind {
  std::string_view name, title;
  Chapter (*make)(BookRuns& runs);
};

// In the order of the book.
const std::vector<ChapterKind>& all_chapters();

}  // namespace isinglass
