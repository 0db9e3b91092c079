package dev.berth.e2e.docs;

import dev.berth.e2e.docs.Page.Block;
import dev.berth.e2e.harness.BerthProcess;
import dev.berth.e2e.harness.Repository;
import dev.berth.e2e.harness.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The shell in which a reader follows a page: the checkout's files are there, {@code ./berth} is
 * there and on the PATH, and its root folder is a scratch one. What was started in the background
 * ends with it.
 */
record Session(Path folder) {
  /** What a reader does once for the whole checkout, and a test of it must not do inside itself. */
  static final String TESTS = "./dev test";

  static Session in(Scratch scratch) throws IOException {
    Path folder = scratch.folder("checkout");
    for (String part : List.of("deploy", "docs", "README.md", "dev", "cluster")) {
      Path original = Repository.root().resolve(part);
      if (Files.exists(original)) {
        Files.createSymbolicLink(folder.resolve(part), original);
      }
    }
    BerthProcess.writeLauncher(folder.resolve("berth"));
    return new Session(folder);
  }

  /** One script of all blocks; it stops at the first command that fails, and says where it was. */
  Path script(Page page, List<Block> blocks) throws IOException {
    StringBuilder script = new StringBuilder();
    script.append("set -eu -o pipefail\ncd ").append(folder).append("\n");
    script.append("export PATH=").append(folder).append(":$PATH");
    script.append(" BERTH_ROOT=").append(folder.resolveSibling("root")).append("\n");
    script.append("export BERTH_CLUSTERS=").append(folder.resolveSibling("clusters")).append("\n");
    script.append(
        """
        clusters_down() { ./dev cluster list | while read -r name; do ./dev cluster down --name "$name"; done; }
        trap 'code=$?; j=$(jobs -p); [ -z "$j" ] || kill $j; wait; clusters_down; exit $code' EXIT
        """);
    for (Block block : blocks) {
      script.append("echo '== ").append(page).append(":").append(block.line()).append("'\n");
      block
          .text()
          .lines()
          .filter(line -> !line.startsWith(TESTS))
          .forEach(line -> script.append(line).append("\n"));
    }
    Path file = folder.resolveSibling("page.sh");
    Files.writeString(file, script);
    return file;
  }
}
