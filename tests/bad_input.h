// tests/bad_input.h - bad input, a row for each kind: every one ends with the right exit status and one clear line, and
// leaves no result behind, whole or half.
#pragma once
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace isinglass::bad_input {

struct File {
  std::string name, bytes;
};
struct Case {
  std::string name;
  std::vector<std::string> words;
  int status;
  std::string expected;  // part of the message
  std::vector<File> files = {};
  std::string (*model)(const std::string& good) = nullptr;  // makes model.safetensors out of a good one

  friend std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }
};

// An experiment file; every section may be replaced.
struct Text {
  std::string data = "train = \"table.csv\"\ntarget = \"y\"\n";
  std::string model = "layers = [{ kind = \"dense\", units = 1 }]\n";
  std::string train = "epochs = 2\n";
  std::string top = "";

  operator std::string() const {  // NOLINT(google-explicit-constructor): it is the bytes of a file
    return top + "[data]\n" + data + "[model]\n" + model + "[train]\n" + train;
  }
};

inline const std::string kTable = "a,b,y\n1,2,3\n2,3,5\n3,5,8\n4,1,5\n";
inline const std::string kIdxTwoBytes{"\0\0\x08\x01\0\0\0\x02\x05\x06", 10};

Case with_table(std::string name, std::string table, std::string expected, std::string more_data = "");
Case with_experiment(std::string name, const Text& text, std::string expected, int status = 2);
Case with_words(std::string name, std::vector<std::string> words, std::string expected);
Case with_data_files(std::string name, const std::string& train, std::string expected, std::vector<File> files);
Case with_model(std::string name, std::string (*model)(const std::string&), std::string expected);
std::string same(const std::string& good);
// New samples for a model of a (number), colour (red or blue) and the class y.
Case with_samples(std::string name, std::string samples, std::string expected);

// Runs the command of a row in a directory with its files.
class BadInput : public testing::TestWithParam<Case> {
 protected:
  static void gives_one_clear_line_and_leaves_nothing();
};

inline std::string name_of(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

}  // namespace isinglass::bad_input
