package dev.berth.storage.linux.recorded;

import dev.berth.storage.linux.FileCalls;
import dev.berth.storage.linux.Linux;

/** A Linux in memory, with its parts at hand for what a test wants to ask them afterwards. */
public record RecordedLinux(
    RecordingMounts mounts,
    RecordingLoopDevices loops,
    RecordingGrowth growth,
    RecordingPrograms programs,
    RecordingQuotas quotas,
    RecordingFreezes freezes) {

  public static RecordedLinux create() {
    return new RecordedLinux(
        new RecordingMounts(),
        new RecordingLoopDevices(),
        new RecordingGrowth(),
        new RecordingPrograms(),
        new RecordingQuotas(),
        new RecordingFreezes());
  }

  /** To hand over; {@code files} are most often those of {@link Linux#real()}. */
  public Linux with(FileCalls files) {
    return new Linux(mounts, loops, files, growth, programs, quotas, freezes, new NoSubvolumes());
  }
}
