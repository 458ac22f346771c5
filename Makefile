# The newcomer's commands. Daily work goes through tools/dev, which builds less.
.PHONY: run test build learn bench clean

run: build
	build/release/apps/ganglion/ganglion do --demo

build:
	./setup
	tools/dev build release

test:
	./setup test
	tools/dev test
	tools/dev fuzz 60 gguf_fuzz

learn:
	./setup learn
	tools/dev learn

bench: build
	tools/dev bench

clean:
	rm -rf build out
