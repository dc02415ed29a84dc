// isinglass/book/page.h - the book as one HTML page that stands by itself.
//
// Figures are in the page; nothing is fetched from anywhere, there is no script, and links lead to files beside it. It
// reads on a phone, and is dark where the reader's system is.
#pragma once
#include <string>
#include <vector>

#include "isinglass/book/chapter.h"

namespace isinglass {

struct PageChapter {
  const ChapterKind* kind;
  Chapter chapter;
};

std::string html_page(const std::vector<PageChapter>& chapters);

// Text for HTML: escaped, with lowered and raised parts (figure/text_metrics.h) as <sub> and <sup>.
std::string html_text(std::string_view marked);

}  // namespace isinglass
