package dev.berth.program.standalone;

import dev.berth.program.nfs.NfsMounts;
import dev.berth.provisioner.pod.HostMounts;
import dev.berth.provisioner.pod.HostMountsContract;
import dev.berth.storage.linux.Linux;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The mounts of the real kernel keep the contract that the volume manager's tests rely on. */
class KernelHostMountsIT extends HostMountsContract {
  private static final Linux LINUX = Linux.real();

  private final NfsMounts nfs = new NfsMounts(LINUX.mounts(), NfsMounts.Patience.USUAL);

  @Override
  protected HostMounts mounts() {
    return new KernelHostMounts(LINUX.mounts(), nfs);
  }

  @AfterEach
  void close() {
    nfs.close();
  }

  @Override
  protected long sizeOf(Path target) {
    return LINUX.files().statfs(target).size().value();
  }
}
