package dev.berth.e2e.sanity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** What the suite reported, by the full name of each case. */
record SanityReport(List<String> passed, List<String> failed, List<String> skipped) {
  static SanityReport read(Path json) throws IOException {
    List<String> passed = new ArrayList<>();
    List<String> failed = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    for (JsonNode suite : new ObjectMapper().readTree(json.toFile())) {
      for (JsonNode spec : suite.path("SpecReports")) {
        if (spec.path("LeafNodeType").asText().equals("It")) {
          switch (spec.path("State").asText()) {
            case "passed" -> passed.add(name(spec));
            case "skipped" -> skipped.add(name(spec));
            case "pending" -> {
              // The suite's own disabled case: it is no case of ours, nor of anybody's.
            }
            default -> failed.add(name(spec));
          }
        }
      }
    }
    return new SanityReport(List.copyOf(passed), List.copyOf(failed), List.copyOf(skipped));
  }

  /**
   * The cases of capabilities that the driver does not announce yet, one a line; lines with # say
   * why.
   */
  static List<String> expectedSkips() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(SanityReport.class.getResourceAsStream("/csi-sanity-skips.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    }
  }

  /** The same of a driver of shared pools, which publishes volumes to nodes. */
  static List<String> expectedSkipsOfShared() throws IOException {
    return expectedSkips().stream()
        .filter(
            name ->
                Stream.of(
                        "ControllerPublishVolume", "ControllerUnpublishVolume", "volume lifecycle")
                    .noneMatch(group -> name.contains(" / " + group + " / ")))
        .toList();
  }

  String summary() {
    StringBuilder text = new StringBuilder();
    text.append(passed.size()).append(" passed, ").append(failed.size()).append(" failed, ");
    text.append(skipped.size()).append(" skipped");
    failed.forEach(name -> text.append("\n  FAILED  ").append(name));
    skipped.forEach(name -> text.append("\n  skipped ").append(name));
    return text.toString();
  }

  private static String name(JsonNode spec) {
    List<String> words = new ArrayList<>();
    spec.path("ContainerHierarchyTexts").forEach(text -> words.add(text.asText().strip()));
    words.add(spec.path("LeafNodeText").asText().strip());
    return String.join(" / ", words);
  }
}
