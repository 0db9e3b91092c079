package dev.berth.provisioner.pod;

import java.nio.file.Path;

class FakeHostMountsTest extends HostMountsContract {
  private final FakeHostMounts fake = new FakeHostMounts();

  @Override
  protected HostMounts mounts() {
    return fake;
  }

  @Override
  protected long sizeOf(Path target) {
    return fake.size(target).orElseThrow();
  }
}
