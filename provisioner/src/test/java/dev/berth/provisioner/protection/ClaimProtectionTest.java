package dev.berth.provisioner.protection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.Objects;
import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Key;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ClaimProtectionTest {
  private static final Pod OLD = Objects.pod("web", "old");
  private static final Pod NEW = Objects.pod("web", "new");

  static Stream<Arguments> changes() {
    return Stream.of(
        Arguments.of(new Change.Added<>(NEW), List.of("new")),
        Arguments.of(new Change.Deleted<>(OLD), List.of("old")),
        // A pod went, and another of its name has come, before the watch said so.
        Arguments.of(new Change.Modified<>(OLD, NEW), List.of("old", "new")));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void claims_of_the_pod_that_was_and_of_the_one_that_is_are_looked_at(
      Change<Pod> change, List<String> claims) {
    List<Key> looked = new ArrayList<>();

    ClaimProtection.podChanged(change, looked::add);

    assertThat(looked).extracting(Key::name).isEqualTo(claims);
  }
}
