import { judgeHalf } from "./half";

judgeHalf(1);
