/** Invented people and jobs in both languages. Lists are indexed by number, so the world is the same at every start. */

const SURNAMES = [
  ["林", "Lin"],
  ["陈", "Chen"],
  ["周", "Zhou"],
  ["王", "Wang"],
  ["赵", "Zhao"],
  ["何", "He"],
  ["苏", "Su"],
  ["郑", "Zheng"],
  ["许", "Xu"],
  ["沈", "Shen"],
  ["梁", "Liang"],
] as const;

const GIVEN_NAMES = [
  ["知夏", "Zhixia"],
  ["明远", "Mingyuan"],
  ["思齐", "Siqi"],
  ["雨桐", "Yutong"],
  ["子墨", "Zimo"],
  ["若兰", "Ruolan"],
  ["景行", "Jingxing"],
  ["清和", "Qinghe"],
  ["书瑶", "Shuyao"],
  ["嘉树", "Jiashu"],
  ["望舒", "Wangshu"],
  ["予安", "Yuan"],
  ["一诺", "Yinuo"],
] as const;

const SCHOOLS = ["江南大学", "Westlake Institute", "北岸理工大学", "South Bay University", "云岭师范大学"] as const;
const MAJORS = ["计算机科学", "Statistics", "软件工程", "Design", "信息管理"] as const;
const COMPANIES = ["青禾科技", "Blue Kite Software", "远山数据", "Harbour Logistics", "星河零售"] as const;

/** Titles, departments and cities of jobs; departments and cities are `[zh, en]`. */
export const JOBS = [
  { title: "后端工程师（支付）", department: ["支付平台部", "Payments Platform"], city: ["杭州", "Hangzhou"] },
  {
    title: "Frontend Engineer (Design System)",
    department: ["设计系统部", "Design System"],
    city: ["上海", "Shanghai"],
  },
  { title: "数据分析师", department: ["数据科学部", "Data Science"], city: ["北京", "Beijing"] },
  {
    title: "Product Manager, Recruiting",
    department: ["招聘产品部", "Recruiting Products"],
    city: ["深圳", "Shenzhen"],
  },
  { title: "校招管培生", department: ["人力资源部", "Human Resources"], city: ["成都", "Chengdu"] },
  { title: "Site Reliability Engineer", department: ["基础架构部", "Infrastructure"], city: ["新加坡", "Singapore"] },
] as const;

const at = <T>(values: readonly T[], index: number): T => values[index % values.length] as T;

/** Returns the `n`th person. Surnames and given names are coprime in number, so the first 143 people all differ. */
export function person(n: number): { zh: string; en: string; pinyin: string } {
  const [surnameZh, surnameEn] = at(SURNAMES, n);
  const [givenZh, givenEn] = at(GIVEN_NAMES, n);
  const pinyin = `${givenEn}.${surnameEn}`.toLowerCase();
  return { zh: `${surnameZh}${givenZh}`, en: `${givenEn} ${surnameEn}`, pinyin };
}

export const school = (n: number): string => at(SCHOOLS, n);
export const major = (n: number): string => at(MAJORS, n);
export const company = (n: number): string => at(COMPANIES, n);
export const job = (n: number): (typeof JOBS)[number] => at(JOBS, n);
