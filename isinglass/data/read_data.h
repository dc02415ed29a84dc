// isinglass/data/read_data.h - samples from files, from an experiment file itself or from a
// generator.
//
// A path is a folder of images (image_folder.h) or a file. What a file is, its ending says (.csv .tsv .txt .json .idx
// .npy .npz .png .pgm .ppm, MNIST's "-ubyte"), each with or without ".gz"; any other ending leaves it to the first
// bytes.
//   CSV, JSON   a table: header and rows, or an array of flat objects
//   IDX, NPY    an array of inputs; a second file holds their targets
//   NPZ         inputs in "inputs", "x", "X", "images" or "data"; targets, if any, in "targets", "y", "Y" or "labels";
//               every other array has a number for each sample and becomes a column
//   images      one sample (C, H, W) without a target
#pragma once
#include <string>
#include <vector>

#include "isinglass/data/data_options.h"
#include "isinglass/data/raw_data.h"

namespace isinglass {

// One file or folder, or a file of inputs and a file of targets. Throws FileError, FormatError, ShapeError.
RawData read_data_files(const std::vector<std::string>& paths);

// A part of [data]; relative paths start from `base_directory` ("" = the current one).
// Throws OptionError unless the part says exactly one thing.
RawData read_part(const DataPart& part, const std::string& base_directory);

}  // namespace isinglass
