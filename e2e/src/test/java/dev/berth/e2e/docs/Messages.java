package dev.berth.e2e.docs;

import dev.berth.e2e.harness.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the program says to people, read out of its sources: events by reason, refusals of CSI calls
 * by status code, warnings of the log.
 */
record Messages(
    NavigableMap<String, NavigableSet<String>> events,
    NavigableMap<String, NavigableSet<String>> refusals,
    NavigableSet<String> warnings) {
  /** The status code of each kind of refusal, as csi-server's Statuses gives it. */
  private static final Map<String, String> CODES =
      Map.ofEntries(
          Map.entry("Invalid", "INVALID_ARGUMENT"),
          Map.entry("NotFound", "NOT_FOUND"),
          Map.entry("Conflict", "ALREADY_EXISTS"),
          Map.entry("Busy", "ABORTED"),
          Map.entry("OutOfSpace", "RESOURCE_EXHAUSTED"),
          Map.entry("OutOfRange", "OUT_OF_RANGE"),
          Map.entry("NotNow", "FAILED_PRECONDITION"),
          Map.entry("Overloaded", "UNAVAILABLE"),
          Map.entry("StillRunning", "DEADLINE_EXCEEDED"),
          Map.entry("Damaged", "DATA_LOSS"),
          Map.entry("PoolMissing", "UNAVAILABLE"));

  private static final Pattern REFUSAL =
      Pattern.compile("new (?:VolumeException\\.)?([A-Z]\\w+)\\(");
  private static final Pattern NOTICE = Pattern.compile("Notice\\.(?:normal|warning)\\(");
  private static final Pattern NEW_NOTICE = Pattern.compile("(?:new Notice|\\bwarn)\\(");
  private static final Pattern WARNING = Pattern.compile("LOG\\.(?:warn|error)\\(");
  private static final Pattern METHOD_CALL = Pattern.compile("^([a-z]\\w*)\\(");
  private static final Pattern REASON = Pattern.compile("[A-Z][A-Za-z]+");

  /** Reads every source of every module but those that nobody runs. */
  static Messages read() {
    Messages messages = new Messages(new TreeMap<>(), new TreeMap<>(), new TreeSet<>());
    try (Stream<Path> modules = Files.list(Repository.root())) {
      for (Path module : modules.sorted().toList()) {
        if (!module.endsWith("bench") && Files.isDirectory(module.resolve("src/main/java"))) {
          messages.readAll(module.resolve("src/main/java"));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return messages;
  }

  private void readAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        read(Files.readString(file));
      }
    }
  }

  private void read(String source) {
    calls(REFUSAL, source)
        .forEach(
            call -> {
              String code = CODES.get(call.name());
              if (code != null) {
                add(refusals, code, text(call.arguments().getFirst(), source));
              }
            });
    calls(NOTICE, source).forEach(call -> event(call.arguments(), 1, source));
    if (source.contains("Notice")) {
      calls(NEW_NOTICE, source)
          .forEach(call -> event(call.arguments(), call.arguments().size() - 2, source));
    }
    calls(WARNING, source)
        .map(call -> call.arguments().getFirst().says().replace("{}", "…"))
        .filter(Messages::hasWords)
        .forEach(warnings::add);
  }

  /** An event whose reason is at one place of the arguments, its message right behind. */
  private void event(List<Expression> arguments, int at, String source) {
    if (at < 1 || at + 1 >= arguments.size()) {
      return;
    }
    for (String reason : arguments.get(at).literals()) {
      if (REASON.matcher(reason).matches()) {
        events.computeIfAbsent(reason, _ -> new TreeSet<>());
        add(events, reason, text(arguments.get(at + 1), source));
      }
    }
  }

  /** What an expression says, or the method of the same file that it calls for that. */
  private static String text(Expression expression, String source) {
    Matcher call = METHOD_CALL.matcher(expression.source());
    if (call.find()) {
      Matcher method =
          Pattern.compile("String " + call.group(1) + "\\([^)]*\\)\\s*\\{\\s*return ")
              .matcher(source);
      if (method.find()) {
        int end = source.indexOf(";\n", method.end());
        return new Expression(source.substring(method.end(), end).strip()).says();
      }
    }
    return expression.says();
  }

  private static void add(NavigableMap<String, NavigableSet<String>> to, String key, String text) {
    if (hasWords(text)) {
      to.computeIfAbsent(key, _ -> new TreeSet<>()).add(text.replaceAll("\\s+", " ").strip());
    }
  }

  private static boolean hasWords(String text) {
    return Pattern.compile("\\p{L}{2,}").matcher(text).find();
  }

  private record Call(String name, List<Expression> arguments) {}

  private static Stream<Call> calls(Pattern pattern, String source) {
    Matcher matcher = pattern.matcher(source);
    return matcher
        .results()
        .map(
            found ->
                new Call(
                    found.groupCount() > 0 ? found.group(1) : "",
                    Expression.arguments(source, found.end() - 1)));
  }

  /** The page. */
  String toMarkdown() {
    StringBuilder page =
        new StringBuilder(
            """
            # What Berth says

            <!-- Generated from the sources; a test compares. To write it anew: ./dev docs -->

            Every event, every refusal and every warning, with … for what is known only when it happens. They name the
            field or object, the value and the rule, and what to do; [troubleshooting](kubernetes/troubleshooting.md) says
            more where that is not enough.

            ## Events

            On claims, PersistentVolumes, pods and nodes: `kubectl describe` or `berth describe` shows them. An event without
            a message here passes on what the driver or the kernel said.

            | reason | message |
            |---|---|
            """);
    events.forEach(
        (reason, texts) ->
            page.append("| `%s` | %s |\n".formatted(reason, String.join("<br>", cells(texts)))));
    page.append(
        """

        ## Refusals of CSI calls

        The code is a promise to whoever called: `ABORTED`, `DEADLINE_EXCEEDED` and `UNAVAILABLE` may be tried again as they
        are; after any other nothing is left behind.
        """);
    refusals.forEach(
        (code, texts) -> {
          page.append("\n### ").append(code).append("\n\n");
          cells(texts).forEach(text -> page.append("- ").append(text).append("\n"));
        });
    page.append("\n## Warnings in the log\n\n");
    cells(warnings).forEach(text -> page.append("- ").append(text).append("\n"));
    return page.toString();
  }

  /** Text that Markdown shows as it is. */
  private static List<String> cells(NavigableSet<String> texts) {
    return texts.stream()
        .map(
            text ->
                text.replaceAll("\\s+", " ")
                    .replace("|", "\\|")
                    .replace("<", "&lt;")
                    .replace("*", "\\*")
                    .replace("[", "\\["))
        .toList();
  }
}
