package dev.berth.e2e.rpc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What lies in a folder that nobody was asked to touch. */
final class Outside {
  private Outside() {}

  static String of(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.sorted().map(Outside::describe).collect(Collectors.joining("\n"));
    }
  }

  private static String describe(Path file) {
    try {
      return file
          + " "
          + (Files.isSymbolicLink(file) ? Files.readSymbolicLink(file) : "")
          + (Files.isRegularFile(file) ? Files.readString(file) : "");
    } catch (IOException e) {
      return file + " " + e;
    }
  }
}
