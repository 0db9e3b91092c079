package dev.berth.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The bare system calls and mkfs in C: what no driver can be quicker than. */
final class Floor {
  private final Workbench bench;
  private final Path program;

  Floor(Workbench bench) throws IOException {
    this.bench = bench;
    this.program = bench.path("floor");
    bench.run(
        List.of(
            "cc",
            "-O2",
            "-o",
            program.toString(),
            bench.checkout().resolve("bench/src/main/c/floor.c").toString()));
  }

  Samples measure(int count, long bytes) throws IOException {
    Path images = bench.folder("floor-images");
    Samples samples = new Samples();
    bench
        .run(
            List.of(
                program.toString(),
                images.toString(),
                Integer.toString(count),
                Long.toString(bytes)))
        .lines()
        .forEach(
            line -> {
              int tab = line.indexOf('\t');
              samples.add(line.substring(0, tab), Long.parseLong(line.substring(tab + 1)));
            });
    return samples;
  }
}
