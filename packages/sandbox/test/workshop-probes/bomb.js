/* Stands for a decoder that takes memory outside of the heap until it is stopped. */
const taken = []
for (;;) taken.push(Buffer.alloc(16 * 1024 * 1024, taken.length % 255))
