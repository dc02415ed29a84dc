// cli/book.cpp - every number and figure of the source material, computed anew, as a page.
#include "isinglass/book/book.h"

#include <memory>

#include "cli/commands.h"
#include "cli/output.h"

namespace isinglass {
namespace {

struct Arguments {
  std::string chapter, directory = "out/book";
  Index threads = 0;
  bool json = false;
};

Value names(const std::vector<std::string>& files) {
  return Value::Array(files.begin(), files.end());
}

int book(const Arguments& a) {
  const BookFiles files = write_book(
      {.directory = a.directory, .chapter = a.chapter, .threads = a.threads, .say = [](const std::string& line) {
         say(one_line(line));
       }});
  if (a.json) {
    Value document = Value::Table{};
    document.set("page", files.page);
    document.set("figures", names(files.figures));
    document.set("numbers", names(files.numbers));
    print_json(document);
  } else {
    const std::size_t count = files.numbers.size();
    print(std::to_string(files.figures.size()) + " figures and " + std::to_string(count) + " file" +
          (count == 1 ? "" : "s") + " of numbers; the page is " + files.page + "\n");
  }
  return 0;
}

}  // namespace

Command book_command() {
  const auto a = std::make_shared<Arguments>();
  return {
      .name = "book",
      .summary = "All numbers and figures of the source material, computed anew, as a page with the errors found.",
      .example = "isinglass book ann -o out/book",
      .arguments = {{"CHAPTER", "", "activations, ann, cnn, autoencoder or notes; without it all of them", &a->chapter},
                    {"--output,-o", "DIR", "directory of the page; out/book by default", &a->directory},
                    {"--threads", "N", "threads; 0 = one for each processor; results do not depend on it", &a->threads,
                     false, between(0, 1024)},
                    {"--json", "", "one JSON document on standard output", &a->json}},
      .run = [a] { return book(*a); }};
}

}  // namespace isinglass
