package dev.berth.program.serve;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Takes the value of every option that is not on the command line from the environment: {@code
 * --kubelet-dir} from {@code BERTH_KUBELET_DIR}. Two have the names that pods commonly give them.
 */
final class EnvironmentDefaults implements IDefaultValueProvider {
  private static final String PREFIX = "BERTH_";
  private static final Map<String, String> COMMON =
      Map.of("--node-name", "NODE_NAME", "--namespace", "POD_NAMESPACE");
  private static final Set<String> NONE = Set.of("--help", "--version", "--kubeconfig");

  /** What the launcher and the other commands read. */
  private static final Set<String> OTHERS =
      Set.of(
          "BERTH_ROOT",
          "BERTH_JAVA_HOME",
          "BERTH_JAVA_OPTS",
          "BERTH_BUILD",
          "BERTH_CACHE",
          "BERTH_APP");

  /** How the names begin that tests read. */
  private static final String OF_TESTS = "BERTH_TEST_";

  /** The kubelet adds these for Services whose names begin with berth. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          "BERTH_(\\w+_)?(SERVICE_(HOST|PORT(_\\w+)?)|PORT(_\\d+_(TCP|UDP|SCTP)(_\\w+)?)?)");

  private final Map<String, String> environment;

  /** The environment of this process; picocli makes this one. */
  EnvironmentDefaults() {
    this(System.getenv());
  }

  EnvironmentDefaults(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The variable of an option; empty for one that has none. */
  static Optional<String> variable(String option) {
    if (NONE.contains(option)) {
      return Optional.empty();
    }
    return Optional.of(
        COMMON.getOrDefault(
            option, PREFIX + option.substring(2).replace('-', '_').toUpperCase(Locale.ROOT)));
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    return argument instanceof OptionSpec option
        ? variable(option.longestName())
            .map(environment::get)
            .filter(value -> !value.isEmpty())
            .orElse(null)
        : null;
  }

  /** The variables that look like settings of the command and are none. */
  Set<String> unknown(CommandSpec command) {
    Set<String> unknown = new TreeSet<>();
    for (String name : environment.keySet()) {
      if (name.startsWith(PREFIX)
          && !OTHERS.contains(name)
          && !name.startsWith(OF_TESTS)
          && !SERVICE_LINK.matcher(name).matches()
          && command.options().stream()
              .noneMatch(o -> variable(o.longestName()).filter(name::equals).isPresent())) {
        unknown.add(name);
      }
    }
    return unknown;
  }
}
