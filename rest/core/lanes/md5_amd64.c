//go:build cgo

// MD5 (RFC 1321) of eight messages side by side, one in each lane of a vector.

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint32_t lanes __attribute__((vector_size(32)));

#ifdef __clang__
#define PICK(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define PICK(a, b, ...) __builtin_shuffle(a, b, (lanes){__VA_ARGS__})
#endif

// transpose turns eight words of each message into a vector for each word.
static inline __attribute__((always_inline)) void transpose(lanes *w) {
	lanes t[8];
	for (int i = 0; i < 8; i += 4) {
		lanes a = PICK(w[i], w[i + 1], 0, 8, 1, 9, 4, 12, 5, 13), b = PICK(w[i], w[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
		lanes c = PICK(w[i + 2], w[i + 3], 0, 8, 1, 9, 4, 12, 5, 13), d = PICK(w[i + 2], w[i + 3], 2, 10, 3, 11, 6, 14, 7, 15);
		t[i] = PICK(a, c, 0, 1, 8, 9, 4, 5, 12, 13);
		t[i + 1] = PICK(a, c, 2, 3, 10, 11, 6, 7, 14, 15);
		t[i + 2] = PICK(b, d, 0, 1, 8, 9, 4, 5, 12, 13);
		t[i + 3] = PICK(b, d, 2, 3, 10, 11, 6, 7, 14, 15);
	}
	for (int i = 0; i < 4; i++) {
		w[i] = PICK(t[i], t[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
		w[i + 4] = PICK(t[i], t[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
	}
}

// RFC 1321 §3.4: the functions of the four rounds, a step, and sixteen of them.
// Step i of a round takes word (i * by + from) % 16 of the block.
#define F(x, y, z) (z ^ (x & (y ^ z)))
#define G(x, y, z) ((x & z) | (y & ~z))
#define H(x, y, z) (x ^ y ^ z)
#define I(x, y, z) (y ^ (x | ~z))
#define ROTATE(x, n) ((x << n) | (x >> (32 - n)))
#define IN_ORDER(a) __asm__("" : "+x"(a)) // a compiler adds b last otherwise, which all else waits for
#define STEP(f, a, b, c, d, word, t, n) a += w[word] + t; IN_ORDER(a); a += f(b, c, d); a = ROTATE(a, n) + b;
#define FOUR(f, i, by, from, n0, n1, n2, n3, t0, t1, t2, t3) \
	STEP(f, a, b, c, d, (i * by + from) % 16, t0, n0) \
	STEP(f, d, a, b, c, ((i + 1) * by + from) % 16, t1, n1) \
	STEP(f, c, d, a, b, ((i + 2) * by + from) % 16, t2, n2) \
	STEP(f, b, c, d, a, ((i + 3) * by + from) % 16, t3, n3)

static inline __attribute__((always_inline)) void sum(uint32_t *state, const uint8_t *const *in, size_t blocks) {
	lanes a, b, c, d;
	memcpy(&a, state, 32);
	memcpy(&b, state + 8, 32);
	memcpy(&c, state + 16, 32);
	memcpy(&d, state + 24, 32);
	for (size_t at = 0; at < 64 * blocks; at += 64) {
		lanes w[16], a0 = a, b0 = b, c0 = c, d0 = d;
		for (int i = 0; i < 8; i++) {
			memcpy(&w[i], in[i] + at, 32);
			memcpy(&w[i + 8], in[i] + at + 32, 32);
		}
		transpose(w);
		transpose(w + 8);
		FOUR(F, 0, 1, 0, 7, 12, 17, 22, 0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee)
		FOUR(F, 4, 1, 0, 7, 12, 17, 22, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501)
		FOUR(F, 8, 1, 0, 7, 12, 17, 22, 0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be)
		FOUR(F, 12, 1, 0, 7, 12, 17, 22, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821)
		FOUR(G, 0, 5, 1, 5, 9, 14, 20, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa)
		FOUR(G, 4, 5, 1, 5, 9, 14, 20, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8)
		FOUR(G, 8, 5, 1, 5, 9, 14, 20, 0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed)
		FOUR(G, 12, 5, 1, 5, 9, 14, 20, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a)
		FOUR(H, 0, 3, 5, 4, 11, 16, 23, 0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c)
		FOUR(H, 4, 3, 5, 4, 11, 16, 23, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70)
		FOUR(H, 8, 3, 5, 4, 11, 16, 23, 0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05)
		FOUR(H, 12, 3, 5, 4, 11, 16, 23, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665)
		FOUR(I, 0, 7, 0, 6, 10, 15, 21, 0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039)
		FOUR(I, 4, 7, 0, 6, 10, 15, 21, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1)
		FOUR(I, 8, 7, 0, 6, 10, 15, 21, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1)
		FOUR(I, 12, 7, 0, 6, 10, 15, 21, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391)
		a += a0;
		b += b0;
		c += c0;
		d += d0;
	}
	memcpy(state, &a, 32);
	memcpy(state + 8, &b, 32);
	memcpy(state + 16, &c, 32);
	memcpy(state + 24, &d, 32);
}

static __attribute__((target("avx2"))) void sum_avx2(uint32_t *state, const uint8_t *const *in, size_t blocks) {
	sum(state, in, blocks);
}

// With these, a rotation and each of the functions is one instruction.
static __attribute__((target("avx512f,avx512vl"))) void sum_avx512(uint32_t *state, const uint8_t *const *in, size_t blocks) {
	sum(state, in, blocks);
}

// overgang_md5_lanes adds blocks of 64 bytes of eight messages to state: the first word of
// each message, then the second of each, and so on. 0 = the processor cannot, and nothing happened.
int overgang_md5_lanes(uint32_t *state, size_t blocks, const uint8_t *p0, const uint8_t *p1, const uint8_t *p2, const uint8_t *p3,
	const uint8_t *p4, const uint8_t *p5, const uint8_t *p6, const uint8_t *p7) {
	const uint8_t *in[8] = {p0, p1, p2, p3, p4, p5, p6, p7};
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl"))
		sum_avx512(state, in, blocks);
	else if (__builtin_cpu_supports("avx2"))
		sum_avx2(state, in, blocks);
	else
		return 0;
	return 1;
}
