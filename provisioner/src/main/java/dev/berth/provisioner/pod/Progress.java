package dev.berth.provisioner.pod;

import dev.berth.provisioner.pod.Actual.Known;
import dev.berth.provisioner.pod.Actual.PodVolume;
import dev.berth.provisioner.pod.Actual.Site;
import dev.berth.provisioner.queue.Backoff;
import dev.berth.provisioner.queue.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What is known about the steps themselves: which run, which wait out a failure, which were done
 * and change nothing that could be read. All of it may be lost; then a step is taken once more. Not
 * safe for threads.
 */
final class Progress {
  private record Wait(int failures, Instant until, String why) {}

  private final Backoff backoff;
  private final RandomGenerator random;
  private final Map<Object, Step> running = new HashMap<>();
  private final Map<Step, Wait> waiting = new HashMap<>();
  private final Set<Step> settled = new HashSet<>();
  private final Set<CsiVolume> staged = new HashSet<>();
  private final Set<PodVolume> checked = new HashSet<>();
  private final Map<Site, Payload> written = new HashMap<>();

  Progress(Backoff backoff, RandomGenerator random) {
    this.backoff = backoff;
    this.random = random;
  }

  /** What was done, and can be read nowhere. */
  Known known() {
    return new Known(staged, checked, written);
  }

  /** Forgets what no longer is a step, and volumes of pods that are gone. */
  void retain(List<Step> decided, Set<String> living) {
    Set<Step> steps = new HashSet<>(decided);
    waiting.keySet().retainAll(steps);
    settled.retainAll(steps);
    checked.removeIf(volume -> !living.contains(volume.uid()));
    written.keySet().removeIf(site -> !living.contains(site.uid()));
  }

  /** Whether the step may begin now; if so it counts as running. */
  boolean begin(Step step, Instant now) {
    Wait wait = waiting.get(step);
    if (settled.contains(step)
        || !Collections.disjoint(running.keySet(), step.lanes())
        || (wait != null && now.isBefore(wait.until()))
        || step.alone().filter(this::worksFor).isPresent()) {
      return false;
    }
    step.lanes().forEach(lane -> running.put(lane, step));
    if (step instanceof Step.Unstage(Actual.Staged at)) {
      at.volume().ifPresent(staged::remove);
    }
    return true;
  }

  private boolean worksFor(String uid) {
    return running.values().stream().anyMatch(step -> step.pod().filter(uid::equals).isPresent());
  }

  /**
   * Takes note of an end.
   *
   * @return whether the failure is a new one, worth a line in the log
   */
  boolean end(Step step, Outcome outcome, Instant now) {
    running.keySet().removeAll(step.lanes());
    return switch (outcome) {
      case Outcome.Done _ -> {
        done(step);
        yield false;
      }
      case Outcome.Again(Duration after) -> {
        waiting.put(step, new Wait(0, now.plus(after), ""));
        yield false;
      }
      case Outcome.Failed(String why) -> failed(step, why, now);
    };
  }

  private void done(Step step) {
    waiting.remove(step);
    switch (step) {
      case Step.Stage stage -> staged.add(stage.mount().volume());
      case Step.CheckHostPath check -> checked.add(check.at());
      case Step.Write write -> written.put(write.site(), write.payload());
      case Step.Complain complain -> settled.add(complain);
      case Step.Hold _,
          Step.Unpublish _,
          Step.Remove _,
          Step.Publish _,
          Step.MakeEmptyDir _,
          Step.MountPlain _,
          Step.BindPart _,
          Step.UnbindPart _,
          Step.Expand _,
          Step.Unstage _,
          Step.RemoveFolder _,
          Step.Release _,
          Step.Tell _ -> {} // what these did is read from the kernel, the folders or the cluster
    }
  }

  private boolean failed(Step step, String why, Instant now) {
    if (step instanceof Step.Publish publish) {
      staged.remove(publish.mount().volume()); // perhaps it is not: staging again costs nothing
    }
    Wait before = waiting.getOrDefault(step, new Wait(0, now, ""));
    int failures = before.failures() + 1;
    waiting.put(step, new Wait(failures, now.plus(backoff.delay(failures, random)), why));
    return !before.why().equals(why);
  }

  /** When the next step that waits may begin. */
  Optional<Instant> nextDue() {
    return waiting.entrySet().stream()
        .filter(entry -> Collections.disjoint(running.keySet(), entry.getKey().lanes()))
        .map(entry -> entry.getValue().until())
        .min(Instant::compareTo);
  }
}
