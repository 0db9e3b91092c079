package dev.berth.program.objects;

import java.util.Optional;
import picocli.CommandLine.Option;

/** The option {@code -n}. */
final class NamespaceOption {
  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "The namespace (default: default).")
  private Optional<String> namespace = Optional.empty();

  /** The namespace of objects of this kind, empty where the kind has none. */
  String of(Resource resource) {
    return resource.isNamespaced() ? name() : "";
  }

  String name() {
    return namespace.orElse("default");
  }
}
