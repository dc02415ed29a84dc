// cli/output.h - results go to standard output, everything else to standard error.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "isinglass/base/value.h"

namespace isinglass {

// A part of the result, at once and unbuffered. Throws FileError when it cannot be written; a reader that has gone
// (a closed pipe) wants no more, and the rest is dropped in silence.
void print(std::string_view text);
void print_json(const Value& document);  // on one line

// A message: one line.
void say(std::string_view message);
// Text that replaces the line a terminal's cursor is on, without ending it.
void say_in_place(std::string_view text);

bool is_terminal(int descriptor);
int terminal_width();  // of standard error, 80 where it does not say

// The text with control characters written out as \xNN, so that it stays on one line and a terminal obeys none.
std::string one_line(std::string_view text);

// Rows of cells under each other, lines ended by '\n'. `sides` has 'l' or 'r' for each column; its last letter counts
// for all further ones.
std::string aligned(const std::vector<std::vector<std::string>>& rows, std::string_view sides);

// "1,234,567".
std::string grouped(Index number);

}  // namespace isinglass
