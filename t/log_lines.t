# The log line of a rejection: its level, what it names, and that nothing in a token can forge another line.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $key = 'key v1 file=v1.key; cookie access_token;';
my $nginx = Nginx->new(
    realms => {app => $key, (map { $_ => "$key log_level $_;" } qw(info notice warn error))},
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"}
        qw(app info notice warn error)),
);

# The lines about rejections that a request leaves.
sub lines_of {
    my ($path, @headers) = @_;
    $nginx->forget_log;
    $nginx->get($path, @headers);
    return $nginx->log_lines(qr/session: realm/);
}
my $expired = {exp => 1, jti => 'j1', sid => 's1'};

for my $level (qw(info notice warn error)) {
    my ($line, @more) = lines_of("/$level", cookie(mint($expired)));
    like $line, qr/\[$level\] .* session: realm "$level" rejected: reason=expired user="42" id="s1" key=v1[, ]/, $level;
    is scalar(@more), 0, "$level: one line";
}
like +(lines_of('/app', cookie(mint($expired))))[0], qr/\[notice\]/, 'notice is the default';
is scalar(lines_of('/app', cookie(mint({})))), 0, 'a session leaves none';

my ($line) = lines_of('/app');
like $line, qr/rejected: reason=missing[, ]/, 'no token';
unlike $line, qr/user=|id=|key=/, 'nothing is known of it';
($line) = lines_of('/app', cookie(tamper(mint($expired))));
like $line, qr/rejected: reason=signature[, ]/, 'a false signature';
unlike $line, qr/user=|id=|key=/, "its claims are nobody's word";
($line) = lines_of('/app', cookie('x.y.z'));
like $line, qr/rejected: reason=malformed[, ]/, 'nonsense';
unlike $line, qr/x\.y\.z/, 'is not repeated';

for my $sub ('a" key=v9 reason="b', "\xc2\x9b31m", 'a\\', "\xe2\x80\xa8session: realm") {
    my $text = $sub =~ s/(["\\])/\\$1/gr;
    my @lines = lines_of('/app', cookie(mint_raw('{"alg":"HS256"}', "{\"exp\":1,\"sub\":\"$text\"}")));
    is scalar(@lines), 1, 'an odd user leaves one line';
    like $lines[0], qr/rejected: reason=expired user="(?:[^"\\]|\\.)*" id="[\w-]{43}" key=v1[, ]/, 'of the usual form';
}
for my $header (qq({"alg":"HS256","kid":"v1\\nsession: realm"}), qq({"alg":"HS256","kid":"v1\\" user=\\"root"})) {
    my @lines = lines_of('/app', cookie(mint_raw($header, json(claims()))));
    is scalar(@lines), 1, 'an odd kid leaves one line';
    unlike $lines[0], qr/root|realm.*realm/, 'and is not in it';
}

done;
