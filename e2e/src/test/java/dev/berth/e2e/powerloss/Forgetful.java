package dev.berth.e2e.powerloss;

import dev.berth.storage.linux.FileCalls;
import dev.berth.storage.linux.Linux;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;

/** A Linux with a planted bug: one fsync is left out, as if somebody had forgotten it. */
final class Forgetful {
  private Forgetful() {}

  /**
   * The same, but fsync of what is called {@code name} does nothing; with no name it is the same.
   */
  static Linux without(Linux linux, String name) {
    if (name.isEmpty()) {
      return linux;
    }
    FileCalls files = linux.files();
    FileCalls forgetful =
        (FileCalls)
            Proxy.newProxyInstance(
                FileCalls.class.getClassLoader(),
                new Class<?>[] {FileCalls.class},
                (_, method, arguments) -> {
                  if (method.getName().startsWith("sync") && ((Path) arguments[0]).endsWith(name)) {
                    return null;
                  }
                  try {
                    return method.invoke(files, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    return new Linux(
        linux.mounts(),
        linux.loops(),
        forgetful,
        linux.growth(),
        linux.programs(),
        linux.quotas(),
        linux.freezes(),
        linux.subvolumes());
  }
}
