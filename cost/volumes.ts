const TIB = 1024;

/**
 * The largest gp3 volume of a node, in GiB: "EBS volume size quotas" in AWS's guide to OpenSearch Service, in a copy of 2023.
 * That has neither `m7g` nor `medium`: newer generations are taken to be as the older ones of their letter, `medium` as
 * half of `large`. central.json allows 16,384.
 */
const LARGEST: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  t: { small: 100, medium: 200 },
  m: {
    ...{ medium: 512, large: TIB, xlarge: 2 * TIB, "2xlarge": 3 * TIB },
    ...{ "4xlarge": 6 * TIB, "8xlarge": 12 * TIB, "12xlarge": 16 * TIB },
  },
  c: {
    ...{ large: 256, xlarge: 512, "2xlarge": TIB, "4xlarge": 1.5 * TIB },
    ...{ "8xlarge": 3 * TIB, "9xlarge": 3.5 * TIB, "12xlarge": 4.5 * TIB, "18xlarge": 7 * TIB },
  },
  r: {
    ...{ medium: TIB, large: 2 * TIB, xlarge: 3 * TIB, "2xlarge": 6 * TIB },
    ...{ "4xlarge": 12 * TIB, "8xlarge": 16 * TIB, "12xlarge": 16 * TIB },
  },
};

/** Of a type of node such as `m7g.medium.search`, in GiB; undefined of one that the table does not have. */
export function largestVolume(instanceType: string): number | undefined {
  const [, family = "", size = ""] = /^([tmcr])\d+[a-z]*\.(\w+)\.search$/.exec(instanceType) ?? [];
  return LARGEST[family]?.[size];
}
