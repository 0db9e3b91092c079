package dev.berth.provisioner.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.embedded.EmbeddedCluster;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One instance at a time does the duty, and there is one as long as one lives. */
final class ElectionTest {
  private static final Key LEASE = Key.of("default", "berth-controller");
  private static final Timing QUICK =
      new Timing(Duration.ofMillis(600), Duration.ofMillis(400), Duration.ofMillis(50));

  @TempDir Path dir;

  private final Queue<String> done = new ConcurrentLinkedQueue<>();

  @SuppressWarnings("NullAway.Init") // before each test
  private EmbeddedCluster cluster;

  @SuppressWarnings("NullAway.Init") // before each test
  private FlakyCluster flaky;

  @BeforeEach
  void open() {
    cluster = EmbeddedCluster.open(dir.resolve("cluster.db"), InstantSource.system());
    flaky = new FlakyCluster(cluster);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private Duty duty(String who) {
    return () -> {
      done.add(who + " begins");
      return () -> done.add(who + " ends");
    };
  }

  @Test
  void the_first_one_does_the_duty_and_writes_the_lease_as_others_read_it() {
    try (Election election = Election.start(cluster, LEASE, "one", duty("one"), Timing.DEFAULT)) {
      await().until(() -> done.contains("one begins"));
      assertThat(election.leads()).isTrue();
      LeaseSpec spec = spec();
      assertThat(spec.getHolderIdentity()).isEqualTo("one");
      assertThat(spec.getLeaseDurationSeconds()).isEqualTo(15);
      assertThat(spec.getLeaseTransitions()).isZero();
      assertThat(spec.getAcquireTime()).isNotNull();
      assertThat(spec.getRenewTime()).isNotNull();
    }
  }

  @Test
  void a_mistake_in_the_program_ends_a_round_and_not_the_election() {
    flaky.broken(true);
    try (Election election = Election.start(flaky.cluster(), LEASE, "one", duty("one"), QUICK)) {
      await().during(QUICK.retry().multipliedBy(3)).until(() -> !election.leads());
      flaky.broken(false);
      await().until(election::leads);
    }
  }

  @Test
  void closing_ends_the_duty_and_gives_the_lease_up_for_the_next_at_once() {
    Election first = Election.start(cluster, LEASE, "one", duty("one"), QUICK);
    await().until(first::leads);
    try (Election second = Election.start(cluster, LEASE, "two", duty("two"), QUICK)) {
      assertThat(second.leads()).isFalse();
      first.close();
      assertThat(first.leads()).isFalse();
      await().atMost(Duration.ofMillis(550)).until(second::leads);
      await().until(() -> done.size() == 3);
      assertThat(done).containsExactly("one begins", "one ends", "two begins");
      assertThat(spec().getLeaseTransitions()).isEqualTo(1);
    }
  }

  @Test
  void a_lease_whose_holder_has_died_is_taken_when_it_ends() {
    cluster.create(lease("dead"));
    try (Election election = Election.start(cluster, LEASE, "two", duty("two"), QUICK)) {
      await().during(Duration.ofMillis(700)).until(() -> !election.leads());
      await().until(election::leads); // after the second that the dead one asked for
    }
  }

  @Test
  void a_holder_that_comes_back_has_it_at_once() {
    cluster.create(lease("one"));
    try (Election election = Election.start(cluster, LEASE, "one", duty("one"), QUICK)) {
      await().atMost(Duration.ofMillis(500)).until(election::leads);
    }
  }

  @Test
  void who_cannot_renew_ends_the_work_before_the_lease_ends_and_stands_again() {
    try (Election election = Election.start(flaky.cluster(), LEASE, "one", duty("one"), QUICK)) {
      await().until(() -> done.contains("one begins"));
      flaky.away(true);
      long before = System.nanoTime();
      await().pollInterval(Duration.ofMillis(5)).until(() -> done.contains("one ends"));
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(QUICK.lease());
      assertThat(election.leads()).isFalse();
      flaky.away(false);
      await().until(() -> done.size() == 3);
      assertThat(done).containsExactly("one begins", "one ends", "one begins");
    }
  }

  @Test
  void who_gets_no_answer_ends_the_work_before_the_lease_ends_too() {
    try (Election _ = Election.start(flaky.cluster(), LEASE, "one", duty("one"), QUICK)) {
      await().until(() -> done.contains("one begins"));
      flaky.silent(true);
      long before = System.nanoTime();
      await().pollInterval(Duration.ofMillis(5)).until(() -> done.contains("one ends"));
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(QUICK.lease());
      flaky.silent(false);
      await().until(() -> done.size() == 3);
    }
  }

  @Test
  void who_was_robbed_ends_the_work() {
    try (Election election = Election.start(cluster, LEASE, "one", duty("one"), QUICK)) {
      await().until(() -> done.contains("one begins"));
      await().ignoreExceptions().until(() -> rob("two"));
      await().until(() -> done.contains("one ends"));
      assertThat(election.leads()).isFalse();
    }
  }

  private boolean rob(String thief) {
    Lease now = cluster.getLive(Kind.LEASE, LEASE).orElseThrow();
    cluster.replace(
        new LeaseBuilder(now)
            .editSpec()
            .withHolderIdentity(thief)
            .withLeaseDurationSeconds(60)
            .endSpec()
            .build());
    return true;
  }

  @Test
  void work_that_cannot_begin_is_given_to_another_and_tried_again() {
    AtomicInteger attempts = new AtomicInteger();
    Duty fails =
        () -> {
          if (attempts.incrementAndGet() == 1) {
            throw new IllegalStateException("not yet");
          }
          return duty("one").begin();
        };
    try (Election _ = Election.start(cluster, LEASE, "one", fails, QUICK)) {
      await().until(() -> done.contains("one begins"));
      assertThat(attempts).hasValue(2);
    }
  }

  @Test
  void work_that_takes_long_to_begin_keeps_its_lease_and_is_interrupted_at_the_end()
      throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    Duty slow =
        () -> {
          try {
            never.await();
            return () -> {};
          } catch (InterruptedException e) {
            interrupted.set(true);
            throw e;
          }
        };
    Election first = Election.start(cluster, LEASE, "one", slow, QUICK);
    await().until(first::leads);
    try (Election second = Election.start(cluster, LEASE, "two", duty("two"), QUICK)) {
      await().during(Duration.ofMillis(800)).until(first::leads);
      first.close();
      assertThat(interrupted).isTrue();
      await().until(second::leads);
    }
  }

  @Test
  void of_many_only_one_works_at_a_time() {
    AtomicInteger working = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Duty counted =
        () -> {
          most.accumulateAndGet(working.incrementAndGet(), Math::max);
          return working::decrementAndGet;
        };
    List<Election> all =
        List.of("a", "b", "c", "d").stream()
            .map(who -> Election.start(cluster, LEASE, who, counted, QUICK))
            .toList();
    for (Election each : all) {
      await().until(() -> working.get() == 1);
      each.close();
    }
    assertThat(most).hasValue(1);
    assertThat(working).hasValue(0);
  }

  @Test
  void times_that_cannot_work_are_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Timing(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(1)))
        .withMessage("lease PT5S, renewal PT5S, retry PT1S: each must be longer than the next");
  }

  private LeaseSpec spec() {
    return cluster.getLive(Kind.LEASE, LEASE).orElseThrow().getSpec();
  }

  private static Lease lease(String holder) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withNamespace(LEASE.namespace())
        .withName(LEASE.name())
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(holder)
        .withLeaseDurationSeconds(1)
        .endSpec()
        .build();
  }
}
