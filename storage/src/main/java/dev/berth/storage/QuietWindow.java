package dev.berth.storage;

import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.linux.Freezes;
import dev.berth.storage.linux.LoopDevice;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One instant across raw block devices, which nobody can freeze. Each is cloned at an instant of
 * its own; when no write to one of them was answered between the beginning of its clone and the end
 * of the last, no write that is in a clone can have waited for one that is not, and the clones are
 * as of one instant. When one was answered, they are made again.
 */
final class QuietWindow {
  /** A request's end is counted a moment after its caller was told. */
  private static final Duration COUNTED_BY = Duration.ofNanos(100_000);

  private final Freezes freezes;

  QuietWindow(Freezes freezes) {
    this.freezes = freezes;
  }

  /** One clone. */
  interface Member {
    VolumeId volume();

    List<LoopDevice> devices();

    void copy();

    void undo();
  }

  /**
   * Makes all copies, again and again until none was disturbed.
   *
   * @throws NotNow when that did not come about within {@code patience}
   */
  void copy(List<? extends Member> members, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (!copiedUndisturbed(members)) {
      if (System.nanoTime() > end) {
        throw new NotNow(
            "raw block volumes %s are written to without a pause, so for %s no instant was found at which they could be cut together; slow their writers down, or cut them one by one"
                .formatted(members.stream().map(Member::volume).toList(), patience));
      }
      members.forEach(Member::undo);
    }
  }

  private boolean copiedUndisturbed(List<? extends Member> members) {
    if (members.size() < 2) {
      members.forEach(Member::copy);
      return true;
    }
    long[] before = new long[members.size()];
    for (int i = 0; i < before.length; i++) {
      before[i] = writes(members.get(i));
      members.get(i).copy();
    }
    LockSupport.parkNanos(COUNTED_BY.toNanos());
    for (int i = 0; i < before.length - 1; i++) {
      if (writes(members.get(i)) != before[i]) {
        return false;
      }
    }
    return true;
  }

  private long writes(Member member) {
    long sum = 0;
    for (LoopDevice device : member.devices()) {
      OptionalLong now = freezes.completedWrites(device.device());
      sum +=
          now.orElseThrow(
              () ->
                  new NotNow(
                      "volume %s: %s does not count its writes, so no instant can be found at which several are cut together; switch that on (queue/iostats)"
                          .formatted(member.volume(), device.path())));
    }
    return sum;
  }
}
