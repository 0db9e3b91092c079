package dev.berth.storage.linux;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** A lock that lives in a descriptor of ours. */
final class HeldLock implements FileLock {
  private final Descriptor descriptor;
  private final AtomicBoolean closed = new AtomicBoolean();

  HeldLock(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  @Override
  public Path file() {
    return descriptor.path();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      descriptor.close();
    }
  }
}
