package dev.berth.provisioner.cluster.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class UnderWayTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final UnderWay others = new UnderWay();

  @Test
  void who_lets_others_go_first_does_not_wait_when_there_are_none() {
    others.begin();
    others.end();
    others.awaitNone(LONG);
  }

  @Test
  void who_lets_others_go_first_goes_after_the_last() throws InterruptedException {
    others.begin();
    others.begin();
    Thread patient = Thread.ofVirtual().start(() -> others.awaitNone(LONG));
    others.end();
    await().until(() -> patient.getState() == Thread.State.TIMED_WAITING);
    others.end();
    assertThat(patient.join(LONG)).isTrue();
  }

  @Test
  void nobody_waits_for_ever() {
    others.begin();
    others.awaitNone(Duration.ofMillis(5));
  }
}
