package dev.berth.storage.linux;

import java.nio.file.Path;

/** An open-file-description write lock that this process holds until it closes it or dies. */
public interface FileLock extends AutoCloseable {
  Path file();

  @Override
  void close();
}
