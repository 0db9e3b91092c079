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

  /**
   * One script of all blocks; it stops at the first command that fails, and says where it was. What
   * was started in the background ends with it, clusters too.
   */
  Path script(Page page, List<Block> blocks) throws IOException {
    return script(
        page,
        blocks,
        """
        export BERTH_CLUSTERS=%s
        clean_up() { ./dev cluster list | while read -r name; do ./dev cluster down --name "$name"; done; }
        """
            .formatted(folder.resolveSibling("clusters")));
  }

  /**
   * The same in surroundings of one's own.
   *
   * @param prologue what is set before the first block; a function {@code clean_up} is called at
   *     the end
   */
  Path script(Page page, List<Block> blocks, String prologue) throws IOException {
    StringBuilder script = new StringBuilder();
    script.append("set -eu -o pipefail\ncd ").append(folder).append("\n");
    script.append("export PATH=").append(folder).append(":$PATH");
    script.append(" BERTH_ROOT=").append(folder.resolveSibling("root")).append("\n");
    script.append(prologue);
    script.append(
        "trap 'code=$?; j=$(jobs -p); [ -z \"$j\" ] || kill $j 2>/dev/null || true; wait; clean_up; exit $code' EXIT\n");
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
