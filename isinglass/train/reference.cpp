#include "isinglass/train/reference.h"

#include "isinglass/data/generator.h"
#include "isinglass/nn/padding.h"
#include "isinglass/train/experiment.h"

namespace isinglass {
namespace {

// A cell of a table: a bar in the text would end it.
std::string cell(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string code(const std::string& text) {
  return text.empty() ? "" : "`" + text + "`";
}

std::string default_of(const OptionInfo& option) {
  if (option.required) return "required";
  const bool is_empty = option.default_text == "\"\"" || option.default_text == "[]";
  return is_empty ? "" : code(option.default_text);
}

template <class S>
std::string section(const std::string& title, const std::string& about) {
  return "## " + title + "\n\n" + about + "\n\n" + settings_table(describe_options<S>());
}

// All kinds of a table, then the settings of each that has any.
template <class Table>
std::string kinds(const std::string& title, const std::string& about, const Table& table) {
  std::string out = "### " + title + "\n\n" + about + "\n\n| kind | what it is |\n|---|---|\n", details;
  for (const auto& row : table.rows()) {
    out += "| " + code(row.name) + " | " + cell(row.summary) + " |\n";
    if (!row.options.empty()) details += "#### " + code(row.name) + "\n\n" + settings_table(row.options);
  }
  return out + "\n" + details;
}

// The names of nn/padding.h with what other libraries call them.
std::string paddings() {
  std::string out = "| padding | what stands outside | also accepted | `np.pad` | PyTorch |\n|---|---|---|---|---|\n";
  for (const PaddingRow& row : padding_table()) {
    std::string aliases;
    for (const std::string_view alias : row.aliases)
      aliases += (aliases.empty() ? "" : ", ") + code(std::string(alias));
    out += "| " + code(std::string(row.name)) + " | " + std::string(row.summary) + " | " + aliases + " | " +
           code(std::string(row.numpy)) + " | " + code(std::string(row.pytorch)) + " |\n";
  }
  return out + "\n";
}

constexpr const char* kIntroduction =
    R"(An experiment file says all that a run depends on: its data, the network, how it is trained, and the seed of every
random draw. It is written in [TOML](https://toml.io) and has the sections `[data]`, `[model]`, `[train]`
and, when wanted, `[record]` and `[search]`:

)";

constexpr const char* kRules = R"(
- `isinglass train FILE` trains it. `--set train.epochs=5` overrides a key for one run.
- A key that is not named keeps its default; one without a default does nothing unless it is given. A run's directory
  has an `experiment.toml` with every default written out.
- An unknown key, a wrong type or a number out of range is refused, with file, line and the nearest known name.
- A *kind* (a layer, a loss, an optimiser, ...) is named alone, `"relu"`, or in a table with its settings,
  `{ kind = "leaky_relu", negative_slope = 0.1 }`.
- Paths of data files start from the directory of the experiment file.

)";

}  // namespace

std::string settings_table(const std::vector<OptionInfo>& options) {
  std::string out = "| key | type | default | range | meaning |\n|---|---|---|---|---|\n";
  for (const OptionInfo& o : options)
    out += "| " + code(o.name) + " | " + o.type + " | " + cell(default_of(o)) + " | " + cell(o.constraint) + " | " +
           cell(o.help) + " |\n";
  return out + "\n";
}

std::string experiments_reference(std::string_view example) {
  std::string page = "# Experiment files\n\n";
  page +=
      "<!-- Made from the tables that read the file. Do not edit; tests/reference_test.cpp renews "
      "it. -->\n\n";
  page += kIntroduction + ("```toml\n" + std::string(example)) + "```\n" + kRules;
  page += section<Experiment>("The file itself", "Keys that stand before the sections.");
  page += section<DataOptions>("`[data]`",
                               "What to learn from: the name of a data set (`source`), files "
                               "(`train`), or numbers, records or a generator in the "
                               "file itself (`inputs` with `targets`, `rows`, `generator`). Scales "
                               "and categories are fitted on the training part "
                               "alone and stored with the model.");
  page +=
      "### A part of the data\n\n`train`, `validation` and `test` each are a file, a pair of files "
      "(inputs and "
      "targets), or a table with one of these:\n\n" +
      settings_table(describe_options<DataPart>());
  page += "### Augmentation\n\n`augment = { shift = 2, flip = \"horizontal\" }`\n\n" +
          settings_table(describe_options<Augmentation>());
  page += kinds("Generators", "Made data: `generator = { kind = \"xor\", samples = 100 }`.", generators());
  page += section<Architecture>("`[model]`",
                                "The network: as `layers`, when fully connected as `widths`, or as an `autoencoder`.");
  page +=
      "### Autoencoders\n\n`autoencoder = { widths = [784, 128, 32], output_activation = \"sigmoid\" }`, with `target "
      "= "
      "\"inputs\"` in `[data]`. The decoder is the encoder mirrored: dense to dense, convolution to transposed "
      "convolution, pooling to upsampling, flatten to reshape; what follows a layer, such as its activation, follows "
      "its mirror image's neighbour.\n\n" +
      settings_table(describe_options<Autoencoder>());
  page += kinds("Layers",
                "Each entry of `layers` is a table with `kind`, the settings of that kind, and "
                "where wanted\n\n"
                "- `activation`: a layer that follows this one, such as `\"relu\"`;\n"
                "- `kernel_initialiser`, `bias_initialiser`: where its parameters start, in place "
                "of the model's;\n"
                "- `tied_to = \"layer1\"`: shares the kernel of that layer;\n"
                "- `activity_l1`: adds this times the sum of |output| of each sample to the training loss.\n\n"
                "Images have the shape (channels, height, width), sequences (channels, length).",
                layer_table());
  page += "### Padding\n\nWhat a convolution reads outside of an image.\n\n" + paddings();
  page += kinds("Initialisers", "Where parameters start; `fan_in` and `fan_out` count the connections of a unit.",
                initialiser_table());
  page += section<TrainOptions>("`[train]`", "How the parameters are found.");
  page += "### Early stopping\n\n`early_stopping = { patience = 10 }`\n\n" +
          settings_table(describe_options<EarlyStopping>());
  page += kinds("Losses",
                "For one sample with prediction p, target y and n outputs. The loss of a batch is "
                "the mean over its "
                "samples, each times its weight.",
                loss_table());
  page += kinds("Optimisers", "How a gradient moves the parameters.", optimiser_table());
  page +=
      kinds("Schedules", "The learning rate of each epoch, from the optimiser's `learning_rate`.", schedule_table());
  page += section<RecordOptions>(
      "`[record]`",
      "What a run keeps in its `run.db` of the numbers that it computes; the section may be missing, and "
      "`record = \"off\"` keeps none. `isinglass show` gives what was kept, and computes anew what was not.");
  page.pop_back();
  return page;
}

}  // namespace isinglass
