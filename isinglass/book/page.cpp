#include "isinglass/book/page.h"

#include "isinglass/book/errata.h"
#include "isinglass/figure/svg.h"

namespace isinglass {
namespace {

constexpr std::string_view kStyle = R"css(
:root { color-scheme: light dark; --ink: #222; --pale: #5f5f5f; --paper: #fff; --rule: #d6d6d6; --shade: #f4f4f2; --link: #0060a8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e4e4; --pale: #a8a8a8; --paper: #16181b; --rule: #3c4046; --shade: #1f2226; --link: #7cbcf5; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 76rem; background: var(--paper); color: var(--ink);
       font: 1rem/1.55 "DejaVu Sans", Verdana, sans-serif; }
h1, h2, h3 { line-height: 1.25; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--rule); padding-bottom: .3rem; }
h3 { margin: 2rem 0 .5rem; font-size: 1rem; }
p, figcaption { max-width: 46rem; }
a { color: var(--link); }
nav a { display: inline-block; margin-right: 1.2rem; padding: .3rem 0; }
figure { margin: 1.5rem 0 2.5rem; }
.sheet { overflow-x: auto; background: #fff; color: #222; border: 1px solid var(--rule); border-radius: .4rem; padding: .5rem; }
.sheet svg { display: block; margin: auto; max-width: 100%; height: auto; }
figcaption { margin-top: .6rem; }
.note { color: var(--pale); font-size: .875rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .875rem; line-height: 1.4; }
th, td { padding: .3rem .7rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); }
th { background: var(--shade); }
.numbers td, .numbers th { white-space: nowrap; font-variant-numeric: tabular-nums; }
.errors td { min-width: 15rem; }
code { font-family: "DejaVu Sans Mono", monospace; font-size: .9em; overflow-wrap: anywhere; }
@media (max-width: 60rem) { .sheet svg { max-width: none; } }
@media (max-width: 40rem) { .errors td { min-width: 9rem; } }
@media print { .sheet { border: none; } }
)css";

std::string table_of(const std::string& style, const std::vector<std::string>& header,
                     const std::vector<std::vector<std::string>>& rows) {
  std::string html = "<div class=\"scroll\"><table class=\"" + style + "\">\n<thead><tr>";
  for (const std::string& cell : header) html += "<th scope=\"col\">" + html_text(cell) + "</th>";
  html += "</tr></thead>\n<tbody>\n";
  for (const std::vector<std::string>& row : rows) {
    html += "<tr>";
    for (const std::string& cell : row) html += "<td>" + html_text(cell) + "</td>";
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

// The numbers of the series are in the figure's own file; without them the page is a tenth as large.
void drop_series(std::vector<Element>& elements) {
  for (Element& element : elements)
    if (Group* group = std::get_if<Group>(&element)) {
      group->data.reset();
      drop_series(group->elements);
    }
}

std::string figure_of(const BookFigure& figure) {
  const std::string file = figure.name + ".svg";
  Scene scene = figure.scene;
  drop_series(scene.elements);
  return "<figure>\n<div class=\"sheet\">\n" + to_svg(scene) + "</div>\n<figcaption>" + html_text(figure.caption) +
         " <a href=\"" + file + "\" class=\"note\">" + file + "</a></figcaption>\n</figure>\n";
}

std::string errors_of(std::string_view chapter) {
  std::vector<std::vector<std::string>> rows;
  for (const Erratum& erratum : errata())
    if (erratum.chapter == chapter) rows.push_back({std::string(erratum.printed), std::string(erratum.right)});
  return rows.empty()
             ? ""
             : "<h3>Errors of the material, and what is right</h3>\n" + table_of("errors", {"printed", "right"}, rows);
}

std::string section_of(const PageChapter& part) {
  const std::string name(part.kind->name);
  std::string html = "<section id=\"" + name + "\">\n<h2>" + html_text(part.kind->title) + "</h2>\n<p>" +
                     html_text(part.chapter.introduction) + "</p>\n";
  for (const BookFigure& figure : part.chapter.figures) html += figure_of(figure);
  for (const BookTable& table : part.chapter.tables)
    html += "<h3>" + html_text(table.title) + "</h3>\n" + table_of("numbers", table.header, table.rows);
  html += "<p class=\"note\">Everything with all digits: ";
  for (std::size_t i = 0; i < part.chapter.numbers.size(); ++i) {
    const std::string file = part.chapter.numbers[i].name + ".json";
    html += std::string(i > 0 ? ", " : "") + "<a href=\"" + file + "\">" + file + "</a>";
  }
  return html + "</p>\n" + errors_of(name) + "</section>\n";
}

}  // namespace

std::string html_text(std::string_view marked) {
  std::string html, plain;
  std::vector<const char*> open;
  const auto flush = [&] {
    html += xml_escaped(plain);
    plain.clear();
  };
  for (std::size_t i = 0; i < marked.size(); ++i) {
    const std::string_view rest = marked.substr(i);
    if (rest.starts_with("_{") || rest.starts_with("^{")) {
      flush();
      html += rest[0] == '_' ? "<sub>" : "<sup>";
      open.push_back(rest[0] == '_' ? "</sub>" : "</sup>");
      ++i;
    } else if (marked[i] == '}' && !open.empty()) {
      flush();
      html += open.back();
      open.pop_back();
    } else {
      plain += marked[i];
    }
  }
  flush();
  for (; !open.empty(); open.pop_back()) html += open.back();
  return html;
}

std::string html_page(const std::vector<PageChapter>& chapters) {
  std::string html =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>The book, computed</title>\n"
      "<style>" +
      std::string(kStyle) +
      "</style>\n</head>\n<body>\n<h1>The book, computed</h1>\n"
      "<p>These are the numbers and figures of a textbook's chapters on neural networks, computed anew by Isinglass. "
      "The networks start from the same random numbers, train on the same data, and record everything; each number "
      "here was looked up in the record of its run. Errors of the text are put right, and listed at the end of each "
      "chapter. Epochs count from 0; what stands at an epoch is the state before its update.</p>\n"
      "<p>To ask for more: <code>isinglass show runs/ann-3-2-1 H4 --epoch 9</code>, "
      "<code>isinglass explain runs/ann-3-2-1 \"dL/dw(1,4)\" --epoch 0 --sample 0</code>, started in the directory of "
      "this page.</p>\n<nav>";
  for (const PageChapter& part : chapters)
    html += "<a href=\"#" + std::string(part.kind->name) + "\">" + html_text(part.kind->title) + "</a>";
  html += "</nav>\n";
  for (const PageChapter& part : chapters) html += section_of(part);
  return html + "</body>\n</html>\n";
}

}  // namespace isinglass
