package dev.berth.program.standalone;

import dev.berth.provisioner.pod.HostMounts;
import dev.berth.provisioner.pod.HostMountsContract;
import dev.berth.storage.linux.Linux;
import java.nio.file.Path;

/** The mounts of the real kernel keep the contract that the volume manager's tests rely on. */
class KernelHostMountsIT extends HostMountsContract {
  private static final Linux LINUX = Linux.real();

  @Override
  protected HostMounts mounts() {
    return new KernelHostMounts(LINUX.mounts());
  }

  @Override
  protected long sizeOf(Path target) {
    return LINUX.files().statfs(target).size().value();
  }
}
