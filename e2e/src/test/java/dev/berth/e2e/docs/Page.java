package dev.berth.e2e.docs;

import dev.berth.e2e.harness.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One Markdown page: its fenced blocks, its links and the anchors that others may link to. */
record Page(Path file, List<Block> blocks, List<Link> links, List<String> anchors) {
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");

  /** A fenced block; {@code line} is that of its first line of text, counted from 1. */
  record Block(String language, int line, String text) {}

  /** Where a page points to. */
  record Link(int line, String target) {}

  /** The README and every page of docs. */
  static List<Page> all() {
    Path root = Repository.root();
    try (Stream<Path> docs = Files.walk(root.resolve("docs"))) {
      return Stream.concat(
              Stream.of(root.resolve("README.md")),
              docs.filter(file -> file.toString().endsWith(".md")).sorted())
          .map(Page::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Page read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Block> blocks = new ArrayList<>();
    List<Link> links = new ArrayList<>();
    List<String> anchors = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.strip().startsWith("```")) {
        int end = i + 1;
        while (end < lines.size() && !lines.get(end).strip().equals("```")) {
          end++;
        }
        String text = lines.subList(i + 1, end).stream().collect(Collectors.joining("\n"));
        blocks.add(new Block(line.strip().substring(3).strip(), i + 2, text + "\n"));
        i = end;
      } else {
        int number = i + 1;
        LINK.matcher(line).results().forEach(m -> links.add(new Link(number, m.group(1))));
        if (line.startsWith("#")) {
          anchors.add(anchor(line));
        }
      }
    }
    return new Page(file, blocks, links, anchors);
  }

  /** What GitHub makes of a heading. */
  private static String anchor(String heading) {
    return heading
        .replaceFirst("^#+\\s*", "")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N} _-]", "")
        .replace(' ', '-');
  }

  /** The blocks of one language. */
  List<Block> in(String language) {
    return blocks.stream().filter(block -> block.language().equals(language)).toList();
  }

  @Override
  public String toString() {
    return Repository.root().relativize(file).toString();
  }
}
