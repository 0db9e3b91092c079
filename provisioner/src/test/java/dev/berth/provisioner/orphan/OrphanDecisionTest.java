package dev.berth.provisioner.orphan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.orphan.StoredVolume.MadeFor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class OrphanDecisionTest {
  private static final Instant MADE = Instant.parse("2026-01-02T03:04:05Z");
  private static final Instant LATER = MADE.plus(Duration.ofHours(2));
  private static final Optional<String> HERE = Optional.of("cluster-1");
  private static final MadeFor OURS =
      new MadeFor(HERE, Key.of("default", "data"), Optional.of("uid-1"));

  private final OrphanDecision decision = new OrphanDecision(Duration.ofHours(1));

  private static StoredVolume volume(boolean acknowledged, Optional<MadeFor> madeFor) {
    return new StoredVolume("pool0001.pvc-uid-1", "main", 1 << 20, MADE, acknowledged, madeFor);
  }

  private static MadeFor madeFor(Optional<String> cluster, Optional<String> uid) {
    return new MadeFor(cluster, Key.of("default", "data"), uid);
  }

  static Stream<Arguments> reported() {
    return Stream.of(
        Arguments.of(
            volume(true, Optional.of(OURS)),
            HERE,
            "it had a PersistentVolume once, or was used, or an older release made it: it may hold"
                + " data"),
        Arguments.of(
            volume(false, Optional.empty()),
            HERE,
            "its maker did not say for which cluster and claim"),
        Arguments.of(
            volume(false, Optional.of(madeFor(Optional.empty(), Optional.of("uid-1")))),
            HERE,
            "its maker did not say for which cluster and claim"),
        Arguments.of(
            volume(false, Optional.of(madeFor(HERE, Optional.empty()))),
            HERE,
            "its maker did not say for which cluster and claim"),
        Arguments.of(
            volume(false, Optional.of(OURS)),
            Optional.empty(),
            "it cannot be told whether it is this cluster's: no uid of kube-system"),
        Arguments.of(
            volume(false, Optional.of(OURS)),
            Optional.of("cluster-2"),
            "it was made for another cluster, cluster-1"));
  }

  @ParameterizedTest
  @MethodSource("reported")
  void what_is_not_provably_this_clusters_leftover_is_only_reported(
      StoredVolume volume, Optional<String> here, String why) {
    assertThat(decision.beforeClaim(volume, here, LATER)).contains(new Verdict.Unclaimed(why));
  }

  @Test
  void a_young_volume_waits_for_its_persistent_volume() {
    StoredVolume volume = volume(false, Optional.of(OURS));
    assertThat(decision.beforeClaim(volume, HERE, MADE.plus(Duration.ofMinutes(59))))
        .contains(
            new Verdict.Waiting(
                "it was made at 2026-01-02T03:04:05Z, and its PersistentVolume has 1h to come"));
    assertThat(decision.beforeClaim(volume, HERE, MADE.plus(Duration.ofHours(1)))).isEmpty();
  }

  @Test
  void a_clock_that_was_set_back_makes_a_volume_young() {
    assertThat(
            decision.beforeClaim(
                volume(false, Optional.of(OURS)), HERE, MADE.minus(Duration.ofDays(9))))
        .get()
        .isInstanceOf(Verdict.Waiting.class);
  }

  static Stream<Arguments> claims() {
    return Stream.of(
        Arguments.of(
            new ClaimSeen.Gone(),
            new Verdict.Leaked(
                "claim default/data (uid uid-1) is gone, and no PersistentVolume was ever seen")),
        Arguments.of(
            new ClaimSeen.Another("uid-2"),
            new Verdict.Leaked(
                "claim default/data (uid uid-1) is gone, uid-2 has its name, and no"
                    + " PersistentVolume was ever seen")),
        Arguments.of(
            new ClaimSeen.Bound("pvc-uid-1", Optional.of("pool0002.pvc-uid-1")),
            new Verdict.Leaked(
                "claim default/data is bound to PersistentVolume pvc-uid-1 with volume"
                    + " pool0002.pvc-uid-1")),
        Arguments.of(
            new ClaimSeen.Bound("nfs", Optional.empty()),
            new Verdict.Leaked(
                "claim default/data is bound to PersistentVolume nfs with another volume")),
        Arguments.of(
            new ClaimSeen.Bound("pvc-uid-1", Optional.of("pool0001.pvc-uid-1")),
            new Verdict.Named("pvc-uid-1")),
        Arguments.of(
            new ClaimSeen.Pending(),
            new Verdict.Waiting("claim default/data is still pending, and may come back for it")),
        Arguments.of(
            new ClaimSeen.HalfBound("other"),
            new Verdict.Waiting("claim default/data names PersistentVolume other, not bound yet")),
        Arguments.of(
            new ClaimSeen.Bereft("other"),
            new Verdict.Unclaimed(
                "claim default/data names PersistentVolume other, which does not exist: it is"
                    + " lost")));
  }

  @ParameterizedTest
  @MethodSource("claims")
  void its_claim_decides(ClaimSeen claim, Verdict verdict) {
    assertThat(decision.byClaim(volume(false, Optional.of(OURS)), OURS, claim)).isEqualTo(verdict);
  }

  @Test
  void every_verdict_has_its_word() {
    assertThat(
            List.of(
                    new Verdict.Named("pv"),
                    new Verdict.Waiting("w"),
                    new Verdict.Leaked("l"),
                    new Verdict.Unclaimed("u"))
                .stream()
                .map(Verdict::word))
        .containsExactly("named", "waiting", "leaked", "unclaimed");
  }
}
