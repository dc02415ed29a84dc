#include "isinglass/book/book.h"

#include "isinglass/base/error.h"
#include "isinglass/book/page.h"
#include "isinglass/figure/svg.h"
#include "isinglass/io/file.h"
#include "isinglass/io/json.h"

namespace isinglass {
namespace {

std::vector<const ChapterKind*> chosen(const std::string& name) {
  std::vector<const ChapterKind*> kinds;
  std::vector<std::string> known;
  for (const ChapterKind& kind : all_chapters()) {
    known.emplace_back(kind.name);
    if (name.empty() || name == kind.name) kinds.push_back(&kind);
  }
  if (kinds.empty()) throw OptionError("the book has no chapter '" + name + "'" + did_you_mean(name, known));
  return kinds;
}

}  // namespace

BookFiles write_book(const BookSettings& settings) {
  const std::vector<const ChapterKind*> kinds = chosen(settings.chapter);
  const std::string base = settings.directory + "/";
  make_directories(settings.directory);
  BookRuns runs(base + "runs", settings.threads, settings.say);
  BookFiles files{.page = base + "index.html"};
  std::vector<PageChapter> parts;
  for (const ChapterKind* kind : kinds) {
    parts.push_back({kind, kind->make(runs)});
    for (const BookFigure& figure : parts.back().chapter.figures) {
      files.figures.push_back(figure.name + ".svg");
      write_file(base + files.figures.back(), to_svg(figure.scene));
    }
    for (const BookNumbers& numbers : parts.back().chapter.numbers) {
      files.numbers.push_back(numbers.name + ".json");
      write_file(base + files.numbers.back(), write_json(numbers.document, 1) + "\n");
    }
  }
  write_file(files.page, html_page(parts));
  return files;
}

}  // namespace isinglass
