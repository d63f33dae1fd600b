package main

// theRest is what a thorough person tries after the first success.
var theRest = []scene{}
