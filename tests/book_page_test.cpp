// `isinglass book` from end to end: the files, the page, and what is refused.
#include <gtest/gtest.h>

#include "isinglass/book/errata.h"
#include "isinglass/book/page.h"
#include "isinglass/io/json.h"
#include "tests/book_rig.h"

namespace isinglass {
namespace {

using testing_command::Outcome;
using testing_command::Workplace;

#define EXPECT_HAS(whole, part) EXPECT_NE((whole).find(part), std::string::npos) << (whole)

// Nothing in a file comes from anywhere else, or runs.
void expect_self_contained(const std::string& text) {
  EXPECT_EQ(text.find("foreignObject"), std::string::npos);
  EXPECT_EQ(text.find("<script"), std::string::npos);
  EXPECT_EQ(text.find("@import"), std::string::npos);
  EXPECT_EQ(text.find("url("), std::string::npos);
  EXPECT_EQ(text.find(" src="), std::string::npos);
  EXPECT_EQ(count_of(text, "http"), 2 * count_of(text, "<svg xmlns=")) << "only the names of XML namespaces";
}

void expect_page(const std::string& page, const Workplace& place, const std::string& directory) {
  expect_self_contained(page);
  for (const Erratum& erratum : errata()) {
    EXPECT_NE(page.find("<td>" + html_text(erratum.printed) + "</td><td>" + html_text(erratum.right) + "</td>"),
              std::string::npos)
        << erratum.printed;
  }
  EXPECT_EQ(count_of(page, "<figure>"), 20u);
  // Links lead to files that are there, or to a part of the page.
  for (std::size_t at = page.find("<a href=\""); at != std::string::npos; at = page.find("<a href=\"", at + 1)) {
    const std::size_t begin = at + 9;
    const std::string target = page.substr(begin, page.find('"', begin) - begin);
    if (target[0] == '#') {
      EXPECT_EQ(count_of(page, "<section id=\"" + target.substr(1) + "\">"), 1u) << target;
    } else {
      EXPECT_TRUE(place.has(directory + "/" + target)) << target;
    }
  }
  // But for the two tags without an end, it is XML.
  std::string body = page.substr(page.find("<body>"));
  body.resize(body.find("</html>"));
  EXPECT_EQ(xml_fault(body), "");
}

TEST(SlowBook, WholeBookFromTheCommandLine) {
  const Workplace place;
  const Outcome first = place.run({"book", "--threads", "1"});
  ASSERT_EQ(first.status, 0) << first.err;
  EXPECT_HAS(first.out, "out/book/index.html");
  EXPECT_HAS(first.err, "training autoencoder-3-2-1-2-3");
  const Outcome second = place.run({"book", "-o", "again", "--threads", "2", "--json"});
  ASSERT_EQ(second.status, 0) << second.err;
  const Value document = parse_json(second.out, "output");
  EXPECT_EQ(*document.find("page")->as_string(), "again/index.html");
  std::vector<std::string> files{"index.html"};
  for (const char* list : {"figures", "numbers"})
    for (const Value& name : *document.find(list)->as_array()) files.push_back(*name.as_string());
  EXPECT_EQ(files.size(), 1u + 20 + 9);
  for (const std::string& name : files) {
    const std::string bytes = place.read("out/book/" + name);
    EXPECT_EQ(bytes, place.read("again/" + name)) << name;
    if (name.ends_with(".svg")) expect_self_contained(bytes);
    if (name.ends_with(".json")) parse_json(bytes, name);
  }
  expect_page(place.read("again/index.html"), place, "again");
}

TEST(BookPage, OneChapterTwiceIntoTheSameDirectory) {
  const Workplace place;
  const Outcome first = place.run({"book", "ann", "-o", "my book"});
  ASSERT_EQ(first.status, 0) << first.err;
  EXPECT_EQ(first.out, "2 figures and 1 file of numbers; the page is my book/index.html\n");
  const std::string page = place.read("my book/index.html");
  EXPECT_EQ(count_of(page, "<section"), 1u);
  ASSERT_EQ(place.run({"book", "ann", "-o", "my book"}).status, 0);
  EXPECT_EQ(place.read("my book/index.html"), page);
  // The page says how to ask for more, where it stands.
  const Outcome show = place.run({"show", "my book/runs/ann-3-2-1", "H4", "--epoch", "9", "--json"});
  EXPECT_EQ(show.status, 0) << show.err;
}

TEST(BookPage, RefusesBeforeItBegins) {
  const Workplace place;
  const Outcome chapter = place.run({"book", "autoencodr"});
  EXPECT_EQ(chapter.status, 2);
  EXPECT_EQ(chapter.err, "isinglass: the book has no chapter 'autoencodr'; did you mean 'autoencoder'?\n");
  const Outcome other = place.run({"book", "rnn\x1b[31m"});
  EXPECT_EQ(other.status, 2);
  EXPECT_HAS(other.err, "known: activations, ann, cnn, autoencoder, notes");
  EXPECT_EQ(count_of(other.err, "\n"), 1u);
  EXPECT_FALSE(place.has("out"));
  place.write("file", "");
  const Outcome file = place.run({"book", "activations", "-o", "file"});
  EXPECT_EQ(file.status, 2);
  EXPECT_HAS(file.err, "file");
}

TEST(BookPage, TextIsEscaped) {
  EXPECT_EQ(html_text("a < b & \"c\""), "a &lt; b &amp; &quot;c&quot;");
  EXPECT_EQ(html_text("\u03bb_{1,4} = 10^{\u22123}"), "\u03bb<sub>1,4</sub> = 10<sup>\u22123</sup>");
  EXPECT_EQ(html_text("H_{4_{in}}"), "H<sub>4<sub>in</sub></sub>");
  EXPECT_EQ(html_text("{x} }_{<"), "{x} }<sub>&lt;</sub>");
  EXPECT_EQ(html_text("learning_rate \xff"), "learning_rate \ufffd");
}

}  // namespace
}  // namespace isinglass
